/** What the repetitions of one library come to, and how libraries relate. */
import { foldstream } from "./all-libraries.ts";
import type { PeerEngine } from "./places/place.ts";
import type { TrialFailure, TrialReport } from "./trial.ts";

export interface PeerRow {
  readonly engine: PeerEngine;
  readonly question: string;
  /** "bare": by hand on the driver. */
  readonly library: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Rates over those of the bare driver, and of the best other library, all of this run. */
  readonly toBare?: number;
  readonly toBestPeer?: number;
  readonly exact?: boolean;
  readonly retriesPerSuccess?: number;
  readonly failures?: number;
  readonly peakMemoryMb: number;
  /** What went wrong, if it did: then the figures are of the repetitions that went well, or zero. */
  readonly error?: string;
}

type Subject = Pick<PeerRow, "engine" | "question" | "library">;

/** Medians over the repetitions that went well; what went wrong is told beside them. */
export function rowOf(subject: Subject, outcomes: readonly (TrialReport | TrialFailure)[]): PeerRow {
  const reports = outcomes.filter((outcome): outcome is TrialReport => !("error" in outcome));
  const errors = outcomes.flatMap((outcome) => ("error" in outcome ? outcome.error : []));
  const median = (of: (report: TrialReport) => number) => rounded(middle(reports.map(of)));
  const sum = (of: (report: TrialReport) => number | undefined) =>
    reports.reduce((total, report) => total + (of(report) ?? 0), 0);
  const exact = reports.flatMap((report) => report.exact ?? []);
  const counted = reports.some(({ retries }) => retries !== undefined);
  return {
    ...subject,
    perSecond: Math.round(middle(reports.map(({ count, seconds }) => count / seconds)) * 10) / 10,
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
    ...(exact.length > 0 && { exact: exact.every(Boolean) }),
    ...(counted && { retriesPerSuccess: rounded(sum(({ retries }) => retries) / sum(({ count }) => count)) }),
    ...(reports.some(({ failures }) => failures !== undefined) && { failures: sum(({ failures }) => failures) }),
    peakMemoryMb: Math.round(Math.max(0, ...reports.map(({ peakMemoryMb }) => peakMemoryMb))),
    ...(errors[0] !== undefined && { error: errors[0] }),
  };
}

/** Of one question on one engine. */
export function withRatios(rows: readonly PeerRow[]): PeerRow[] {
  const rateOf = (name: string) => rows.find(({ library }) => library === name)?.perSecond;
  const bare = rateOf("bare");
  return rows.map((row) => {
    const others = rows.filter(({ library }) => ![row.library, "bare", foldstream.name].includes(library));
    const best = Math.max(0, ...others.map(({ perSecond }) => perSecond));
    return {
      ...row,
      ...(bare && row.library !== "bare" && { toBare: rounded(row.perSecond / bare) }),
      ...(best > 0 && row.library === foldstream.name && { toBestPeer: rounded(row.perSecond / best) }),
    };
  });
}

function middle(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : 0;
}

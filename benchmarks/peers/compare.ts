/** Asks each question of every library in turn (A B C A B C ...), since the speed of a machine drifts, and takes medians. */
import { foldstream, type Library } from "./all-libraries.ts";
import type { PeerEngine, Place, Places } from "./places/place.ts";
import type { PeerQuestion, TrialSize } from "./question.ts";
import { type TrialFailure, type TrialOrder, type TrialReport, tried } from "./trial.ts";

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

export interface Comparison {
  readonly engine: PeerEngine;
  readonly places: Places;
  readonly libraries: readonly Library[];
  readonly size: TrialSize;
  readonly runs: number;
  progress(line: string): void;
}

export async function compare(question: PeerQuestion, comparison: Comparison): Promise<PeerRow[]> {
  const { engine, libraries, places, runs, progress } = comparison;
  const subjects = [
    ...(question.bare && engine !== "dynamodb" ? ["bare"] : []),
    ...libraries.filter((library) => canAnswer(library, question, engine)).map(({ name }) => name),
  ];
  const prepared = await preparedPlaces(question, subjects, comparison);
  const found = new Map<string, (TrialReport | TrialFailure)[]>(subjects.map((subject) => [subject, []]));
  for (let run = 1; run <= runs; run++)
    for (const subject of subjects) {
      progress(`${engine}, ${question.name}, run ${run} of ${runs}: ${subject}`);
      found.get(subject)?.push(await onePlace(comparison, question, subject, prepared.get(subject)));
    }
  for (const filled of prepared.values()) await places.drop(filled.place);
  return withRatios(
    subjects.map((library) => rowOf({ engine, question: question.name, library }, found.get(library) ?? [])),
  );
}

function canAnswer({ settings, cannot }: Library, { name }: PeerQuestion, engine: PeerEngine): boolean {
  return settings[engine] !== undefined && cannot[name] === undefined;
}

/** Filled once by each subject, where a place can be copied. */
async function preparedPlaces(question: PeerQuestion, subjects: readonly string[], comparison: Comparison) {
  const { places, engine, size, progress } = comparison;
  const prepared = new Map<string, FilledPlace>();
  for (const library of places.copies ? subjects : []) {
    if (!(library === "bare" ? question.bare?.prepare : question.prepare)) continue;
    progress(`${engine}, ${question.name}, filled by ${library}`);
    const place = await places.place();
    const outcome = await tried({ question: question.name, library, place, size, steps: ["prepare"] });
    prepared.set(library, { place, outcome });
  }
  return prepared;
}

interface FilledPlace {
  readonly place: Place;
  readonly outcome: TrialReport | TrialFailure;
}

async function onePlace({ places, size }: Comparison, question: PeerQuestion, library: string, filled?: FilledPlace) {
  if (filled && "error" in filled.outcome) return filled.outcome;
  const place = await places.place(filled?.place);
  const steps: TrialOrder["steps"] = filled ? ["run"] : ["prepare", "run"];
  try {
    return await tried({ question: question.name, library, place, size, steps });
  } finally {
    await places.drop(place);
  }
}

type Subject = Pick<PeerRow, "engine" | "question" | "library">;

function rowOf(subject: Subject, outcomes: readonly (TrialReport | TrialFailure)[]): PeerRow {
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

function withRatios(rows: readonly PeerRow[]): PeerRow[] {
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

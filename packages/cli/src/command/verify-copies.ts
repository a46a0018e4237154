/** The command `verify` without a file: the log, and every read model compared with it. */
import { digestLog, type TransferOptions } from "@foldstream/transfer";
import { type AuditOptions, driftKinds, type ReadModelAudit } from "foldstream";
import { UsageError } from "../errors.ts";
import { inFull } from "../output/pace.ts";
import type { Command } from "./command.ts";
import { withApp } from "./with-app.ts";

export interface VerifySettings {
  readonly config: string;
  readonly projection?: readonly string[];
  /** Percent of the keys. */
  readonly sample?: number;
  readonly repair?: boolean;
  readonly dryRun?: boolean;
}

export function verifyCopies(settings: VerifySettings): Command {
  const { config, repair = false, dryRun = false } = settings;
  if (dryRun && !repair) throw new UsageError("--dry-run tells what --repair would do. Give both.");
  return {
    name: "verify",
    afterStop: "What was repaired stays so. Run the same command again.",
    run: (options) =>
      withApp(config, options, async ({ runtime, engine }) => {
        const log = await digestLog(engine, options);
        const logAudit = await runtime.auditLog(options.signal && { signal: options.signal });
        const choice = { ...auditOptions(settings), ...progressOf(options) };
        const repaired = repair && !dryRun ? await runtime.repair(choice) : [];
        const audits = await runtime.audit(choice);
        const lines = [
          `The log: ${inFull(log.events.count)} events, ${inFull(log.receipts.count)} receipts, ${logAudit.ok ? "whole" : "damaged"}.`,
          ...logAudit.problems.map((problem) => `  ${problem}`),
          ...repaired.filter((audit) => !audit.ok).map(described("repaired")),
          ...audits.map(described(dryRun ? "to repair" : "found")),
        ];
        const ok = logAudit.ok && audits.every((audit) => audit.ok);
        return { ok, text: lines.join("\n"), json: { log, logAudit, readModels: audits, ...(repair && { repaired }) } };
      }),
  };
}

function auditOptions({ projection, sample }: VerifySettings): AuditOptions {
  const of = sample === undefined ? 1 : Math.max(1, Math.round(100 / sample));
  return {
    ...(projection && { projections: projection }),
    ...(of > 1 && { sample: { part: Math.floor(Math.random() * of), of } }),
  };
}

function progressOf({ signal, onProgress }: TransferOptions): Pick<AuditOptions, "signal" | "onProgress"> {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: ({ events, rows }) => onProgress({ phase: "verify", done: events + rows }) }),
  };
}

/** One line, and one for each thing that is wrong. */
function described(what: string): (audit: ReadModelAudit) => string {
  return (audit) => {
    const { projection, version, rows, ok, drifted, indexes, drift, problem, unsettled, parked } = audit;
    const without = parked > 0 ? `, without ${inFull(parked)} parked streams` : "";
    const title = `${projection} v${version}: ${inFull(rows)} rows${without}`;
    if (ok) return `${title}, as the log says.`;
    const counts = driftKinds.filter((kind) => drift[kind] > 0).map((kind) => `${inFull(drift[kind])} ${kind}`);
    const listed = driftKinds.reduce((sum, kind) => sum + drift[kind], 0) - drifted.length;
    return [
      `${title}, ${what}: ${counts.join(", ") || "no drifted rows"}.`,
      ...(problem === undefined ? [] : [`  ${problem}`]),
      ...drifted.map(({ kind, key, columns, problem: why }) => {
        const more = why ?? columns.join(", ");
        return `  ${kind} ${JSON.stringify(key)}${more === "" ? "" : `: ${more}`}`;
      }),
      ...(listed > 0 ? [`  and ${inFull(listed)} more`] : []),
      ...indexes.map(
        ({ index, key, problem: why }) => `  ${index}${key === undefined ? "" : ` of ${JSON.stringify(key)}`}: ${why}`,
      ),
      ...(unsettled > 0
        ? [`  ${inFull(unsettled)} rows changed faster than they could be compared. Run it again.`]
        : []),
    ].join("\n");
  };
}

/** Whether audits found the drift that there was, and no other (G8). */
import type { App } from "../../definition/app.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { ReadModelAudit } from "../../runtime/audit/report.ts";
import type { BuildHistory } from "./ledger.ts";
import { Reference } from "./reference.ts";
import { Refold } from "./refold.ts";
import type { Violation } from "./violation.ts";

/** What an audit said, and what had happened to the read model when it began and when it ended. */
export interface HeardAudit {
  readonly audit: ReadModelAudit;
  readonly history: BuildHistory;
  readonly from: number;
  readonly to: number;
}

export interface AuditTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly audits: readonly HeardAudit[];
}

export function checkAudits({ app, log, audits }: AuditTruth): Violation[] {
  const reference = new Reference(app, log);
  return audits.flatMap((heard) => {
    const projection = app.projections.find(({ name }) => name === heard.audit.projection);
    return projection ? checkAudit(heard, new Refold(projection, log, reference)) : [];
  });
}

function checkAudit({ audit, history, from, to }: HeardAudit, refold: Refold): Violation[] {
  const { drifted, undecided, unsettled, problem, projection } = audit;
  const stoodStill = from === to && problem === undefined && unsettled === 0;
  if (drifted.length === 0 && !stoodStill) return [];
  for (const happened of history.happened.slice(0, from)) refold.take(happened);
  const differed = differing(refold);
  const overlooked = [...differed].filter((key) => !drifted.some((row) => row.key === key));
  for (const happened of history.happened.slice(from, to)) {
    refold.take(happened);
    for (const key of differing(refold)) differed.add(key);
  }
  const falsely = drifted.filter(({ key }) => !differed.has(key));
  const found = falsely.map(({ key, kind }) => `calls ${key} ${kind}, which was as the log gives it`);
  if (stoodStill && overlooked.length !== undecided) found.push(`says nothing of ${overlooked.join(", ") || "rows"}`);
  return found.map((what) => ({ guarantee: "G8", message: `an audit of ${projection} ${what}` }));
}

/** Keys whose rows are not what the log gives. */
function differing(refold: Refold): Set<string> {
  const { rows } = refold;
  const wanted = refold.inLogOrder();
  return new Set([...rows.keys(), ...wanted.keys()].filter((key) => rows.get(key) !== wanted.get(key)));
}

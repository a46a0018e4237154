/** A function that audits a part of the read models' keys, as many parts as there is time for. */
import type { ReadModelAudit } from "foldstream";
import type { LambdaHost } from "../host.ts";
import { at } from "../json.ts";
import { type Invocation, workMs } from "../time-left.ts";
import { TimeLimit } from "./time-limit.ts";

export interface AuditSliceOptions {
  /** Into how many parts the keys are divided. Default 100. Every part reads the whole log once. */
  readonly parts?: number;
  /** Events and rows that are read in a second, at most. Default: as fast as it goes. */
  readonly perSecond?: number;
}

export interface AuditSlice {
  /** True when nothing has drifted. */
  readonly ok: boolean;
  /** Parts that were looked at. */
  readonly parts: readonly number[];
  /** Pass it as `part` to go on from there. */
  readonly part: number;
  readonly audits: readonly ReadModelAudit[];
}

export type AuditFunction = (event: unknown, invocation: Invocation) => Promise<AuditSlice>;

/** Begins with the part that the event names, else with one that changes every minute, so that a schedule comes to all of them. */
export function auditFunction(
  { runtime, log }: LambdaHost,
  { parts = 100, perSecond }: AuditSliceOptions = {},
): AuditFunction {
  return async (event, invocation) => {
    const limit = new TimeLimit(workMs(invocation));
    const audits: ReadModelAudit[] = [];
    const done: number[] = [];
    let part = firstPart(event, parts);
    for (; done.length < parts; part = (part + 1) % parts) {
      const sample = { part, of: parts };
      const found = await limit.within((signal) => runtime.audit({ sample, signal, ...(perSecond && { perSecond }) }));
      if (!found) break;
      audits.push(...found);
      done.push(part);
    }
    if (done.length === 0) log("error", "The time is too short to audit one part of the keys.", { parts });
    const drifted = audits.filter(({ ok }) => !ok);
    for (const { projection, drift, problem } of drifted)
      log("error", "A read model differs from the log.", { projection, drift, problem });
    return { ok: drifted.length === 0, parts: done, part, audits };
  };
}

function firstPart(event: unknown, parts: number): number {
  const asked = at(event, "part");
  return (typeof asked === "number" ? Math.trunc(Math.abs(asked)) : Math.floor(Date.now() / 60_000)) % parts;
}

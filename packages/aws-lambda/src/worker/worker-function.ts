/** A function that is woken: records what the log's table tells, then brings read models and policies up to it. */
import type { Behind, CatchUpOptions, CaughtUp } from "foldstream";
import type { LambdaHost } from "../host.ts";
import { failing, type PartialAnswer } from "../partial-answer.ts";
import { type Invocation, workMs } from "../time-left.ts";
import { isScheduled, type Trigger, takesPartialAnswers, triggerOf } from "../trigger/records.ts";
import { recordChanges } from "./record-changes.ts";
import { reportStanding } from "./report-standing.ts";

export type WorkerRole = Pick<CatchUpOptions, "projections" | "policies">;

/** Resolves to nothing for triggers that take no partial answer. */
export type WorkerFunction = (event: unknown, invocation: Invocation) => Promise<PartialAnswer | undefined>;

export function workerFunction(host: LambdaHost, role: WorkerRole | "record only" = {}): WorkerFunction {
  return async (event, invocation) => {
    const trigger = triggerOf(event);
    if (isScheduled(trigger)) await reportStanding(host);
    const { failedAt } = await recordChanges(host, trigger);
    const open = failedAt ?? (role === "record only" ? undefined : await project(host, trigger, role, invocation));
    await host.runtime.settled();
    return takesPartialAnswers(trigger) ? failing(idsFrom(trigger, open)) : undefined;
  };
}

/** Index of the record that is to come again, so that the rest is done then. */
async function project(
  { runtime, log }: LambdaHost,
  { records }: Trigger,
  role: WorkerRole,
  invocation: Invocation,
): Promise<number | undefined> {
  const withinMs = workMs(invocation);
  const result = await runtime.catchUp({ ...role, withinMs });
  if (result.done) return undefined;
  const { waiting, halted } = sorted(result);
  if (halted.length > 0) log("error", "Projections have halted: too many streams fail.", { halted });
  if (waiting.length === 0) return undefined;
  log("warn", "The time was up before all was done. It goes on with the next wake-up.", { behind: waiting, withinMs });
  if (waiting.some(({ state }) => state === "elsewhere")) log("warn", whereElsewhere);
  return records.length - 1;
}

const whereElsewhere =
  "Another worker holds leases. If it was ended, another one takes over once it has worked for longer than leaseMs at a stretch: " +
  "give the function 30 s or more.";

/** Another try is of no use to those that have halted. Their errors may name what is personal. */
function sorted({ behind }: CaughtUp) {
  const named = behind.map(({ name, state, lag }) => ({ name, state, lag }));
  const hasHalted = ({ state }: Pick<Behind, "state">) => state === "halted";
  return { halted: named.filter(hasHalted), waiting: named.filter((one) => !hasHalted(one)) };
}

/** From a record on, those that have an id. SQS goes by each id, streams by the first. */
function idsFrom({ records }: Trigger, first: number | undefined): readonly string[] {
  return first === undefined ? [] : records.slice(first).flatMap(({ id }) => id ?? []);
}

/** What policies have given up on: found, and tried again, from any process. */
import type { ReadModel, ReadModelReader, ReadModelStore } from "../../port/read-model-store.ts";
import type { OperateStep } from "../lease/operate.ts";
import { IntentSteps } from "./intent-steps.ts";
import { type IntentKind, type IntentRow, intentKinds, laneKey, queues, type RowChange } from "./intent-table.ts";

/** A target of a policy whose next command or effect was given up; what comes after it for the same target waits. */
export interface ParkedTarget {
  /** `command/order-42`, `effect/receipt/order-42`, `command/schedule/nightly`. */
  readonly target: string;
  /** The command, effect or schedule. */
  readonly what: string;
  readonly error: string;
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly parkedAt: string;
}

/** Lanes redriven in one step. */
const batch = 100;

/** Those parked first, commands before effects; at most `limit`. */
export async function parkedTargets(reader: ReadModelReader, limit: number): Promise<readonly ParkedTarget[]> {
  const rows = await Promise.all(intentKinds.map((kind) => parkedRows(reader, kind, limit)));
  return rows
    .flat()
    .slice(0, limit)
    .map(({ lane: target, what, error, attempts, dueAt }) => {
      return { target, what, error: error ?? "", attempts, parkedAt: new Date(dueAt).toISOString() };
    });
}

async function parkedRows(reader: ReadModelReader, kind: IntentKind, limit: number): Promise<readonly IntentRow[]> {
  const options = { where: { queue: queues.parked(kind) }, orderBy: [["dueAt", "asc"]] as const, limit };
  return (await reader.find(options)) as readonly IntentRow[];
}

/** Has parked targets tried again: those named, or all. Returns how many there were. */
export async function redriveTargets(
  readModels: ReadModelStore,
  model: ReadModel,
  targets: readonly string[] | undefined,
  takeStep: OperateStep,
): Promise<number> {
  const steps = new IntentSteps(readModels, model, "redrive");
  const lanes = targets?.map(laneKey);
  for (let redriven = 0; ; ) {
    const next = lanes ? lanes.splice(0, batch) : await someParked(readModels.reader(model));
    if (next.length === 0) return redriven;
    const again = next.map((key): RowChange => {
      return { key, change: (row) => (row?.queue.startsWith("parked/") ? triedAgain(row) : undefined) };
    });
    redriven += await takeStep((tenure) => steps.apply(tenure, again));
  }
}

async function someParked(reader: ReadModelReader): Promise<string[]> {
  return (await parkedTargets(reader, batch)).map(({ target }) => laneKey(target));
}

function triedAgain(row: IntentRow): IntentRow {
  const kind = row.lane.startsWith("effect/") ? "effect" : "command";
  return { ...row, queue: queues.failing(kind), dueAt: 0, attempts: 0 };
}

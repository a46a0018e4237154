/** One go at the intents of a lane, in order, up to the first that fails; and what then becomes of their rows. */
import type { Execution } from "./execution.ts";
import {
  changeSame,
  type Executable,
  type IntentKind,
  type IntentRow,
  intentRow,
  laneKey,
  put,
  queues,
  type RowChange,
} from "./intent-table.ts";
import { nextRun } from "./schedules.ts";
import type { Done, Failed } from "./verdict.ts";

export interface Lane {
  readonly name: string;
  readonly kind: IntentKind;
  /** In order; at least one. */
  readonly rows: readonly IntentRow[];
  /** Of a lane that is held, since its first intent failed: the row that says so. */
  readonly held?: IntentRow | undefined;
}

export interface LaneEnd {
  readonly lane: Lane;
  readonly done: readonly { readonly row: IntentRow; readonly verdict: Done }[];
  /** What happened to the intent after those, if anything. */
  readonly failed?: Failed;
}

export async function runLane(lane: Lane, execution: Execution, going: () => boolean): Promise<LaneEnd> {
  const done: { row: IntentRow; verdict: Done }[] = [];
  for (const row of lane.rows) {
    if (!going()) break;
    const verdict = await execution.execute(row.intent as Executable, attemptsOf(lane, done.length) + 1);
    if (verdict.kind === "stopped") break;
    if (verdict.kind === "failed") return { lane, done, failed: verdict };
    done.push({ row, verdict });
  }
  return { lane, done };
}

/** Attempts count for the first intent only: the others have not been tried yet. */
function attemptsOf({ held }: Lane, index: number): number {
  return index === 0 ? (held?.attempts ?? 0) : 0;
}

export interface Limits {
  readonly attempts: number;
  readonly now: number;
  /** Milliseconds until the next attempt, after so many. */
  readonly pauseAfter: (attempts: number, retry: Failed["retry"]) => number;
}

/** The intent that failed and those after it stay where they are: their lane is held from now on, so they go behind when they are found. */
export function changesAfter(end: LaneEnd, limits: Limits): RowChange[] {
  const { lane, done, failed } = end;
  const then = done.flatMap(({ row, verdict }) => [changeSame(row, nextRun(row, verdict.nextAt)), ...verdict.then]);
  if (!failed) return lane.held ? [...then, put({ ...lane.held, dueAt: 0, attempts: 0 })] : then;
  return [...then, put(heldLane(end, failed, limits))];
}

function heldLane({ lane, done }: LaneEnd, failed: Failed, { attempts: most, now, pauseAfter }: Limits): IntentRow {
  const before = attemptsOf(lane, done.length);
  const attempts = failed.retry === "for-good" ? before : before + 1;
  const parked = failed.retry === "never" || (failed.retry === "limited" && attempts >= most);
  return {
    ...intentRow(laneKey(lane.name), lane.name, lane.rows[done.length]?.what ?? "", null),
    queue: parked ? queues.parked(lane.kind) : queues.failing(lane.kind),
    dueAt: Math.ceil(parked ? now : now + pauseAfter(attempts, failed.retry)),
    attempts,
    error: failed.error,
  };
}

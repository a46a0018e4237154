/** Rows of schedules: one each, due when its next run is. */
import type { AnyPolicy } from "../../definition/policy.ts";
import { type IntentRow, intentRow, queues, type RowChange, type StoredRun, scheduleKey } from "./intent-table.ts";

/** Sets up schedules that are new or have changed, from now on. Those that are not declared any more end at their next run. */
export function scheduleChanges(policy: AnyPolicy, now: number): RowChange[] {
  return Object.entries(policy.schedules ?? {}).map(([name, { at }]): RowChange => {
    const key = scheduleKey(name);
    const first = at.next(now);
    const row = first === undefined ? null : runRow(policy.name, name, at.description, first);
    const isKnown = (current: IntentRow | undefined) =>
      current?.intent?.kind === "run" && current.intent.description === at.description;
    return { key, change: (current) => (isKnown(current) ? undefined : row) };
  });
}

/** What takes the place of a row that is done: the next run of a schedule, or nothing. */
export function nextRun({ intent, id }: IntentRow, nextAt: number | undefined): IntentRow | null {
  if (nextAt === undefined || intent?.kind !== "run") return null;
  const [policy = ""] = intent.commandId.split(":");
  return { ...runRow(policy, intent.schedule, intent.description, nextAt), id };
}

function runRow(policy: string, schedule: string, description: string, at: number): IntentRow {
  const commandId = `${policy}:${schedule}@${new Date(at).toISOString()}`;
  const run: StoredRun = { kind: "run", commandId, schedule, description };
  const row = intentRow(scheduleKey(schedule), `command/${scheduleKey(schedule)}`, schedule, run);
  return { ...row, queue: queues.timer, dueAt: at };
}

/** Makes a failing run short: leaves out steps and faults for as long as the same guarantee breaks. */
import type { App } from "../../definition/app.ts";
import { type RunResult, runSchedule } from "./run-schedule.ts";
import type { Schedule } from "./schedule.ts";

/** Runs that may be spent on it. */
const patience = 600;

/** The shortest failing run that was found. */
export async function shortened(app: App, schedule: Schedule, failing: RunResult): Promise<RunResult> {
  const [first] = failing.violations;
  let left = patience;
  let best = { schedule: { ...schedule, only: failing.struck }, result: failing };
  const fails = async (candidate: Schedule): Promise<boolean> => {
    if (left-- <= 0) return false;
    const result = await runSchedule(app, candidate);
    const same = result.violations.some(({ guarantee }) => guarantee === first?.guarantee);
    if (same) best = { schedule: { ...candidate, only: result.struck }, result };
    return same;
  };
  for (let size = Number.POSITIVE_INFINITY; sizeOf(best.schedule) < size && left > 0; ) {
    size = sizeOf(best.schedule);
    await leaveOut(
      () => best.schedule.steps,
      (steps) => fails({ ...best.schedule, steps }),
    );
    await leaveOut(
      () => [...best.schedule.only],
      (only) => fails({ ...best.schedule, only: new Set(only) }),
    );
  }
  return best.result;
}

function sizeOf({ steps, only }: { readonly steps: readonly unknown[]; readonly only: ReadonlySet<string> }): number {
  return steps.length + only.size;
}

/** Tries to do without ever smaller parts of a list. `current` is what is left of it. */
async function leaveOut<T>(
  current: () => readonly T[],
  fails: (rest: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (let part = current().length; part >= 1; part = Math.floor(part / 2)) {
    for (let from = 0; from < current().length; ) {
      const rest = [...current().slice(0, from), ...current().slice(from + part)];
      if (!(await fails(rest))) from += part;
    }
  }
}

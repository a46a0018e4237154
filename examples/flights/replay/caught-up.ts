/** Waits for the read models. */
import { setTimeout as pause } from "node:timers/promises";
import type { Runtime } from "foldstream";

const lookEveryMs = 50;

/** Events that the slowest read model has still to take. */
export async function lagOf(runtime: Pick<Runtime, "status">): Promise<number> {
  const { projections } = await runtime.status();
  return Math.max(0, ...projections.flatMap(({ partitions }) => partitions.map(({ lag }) => lag)));
}

/** Resolves once every read model includes everything, or when the signal fires. Calls back with what is left. */
export async function caughtUp(
  runtime: Pick<Runtime, "status">,
  onLag: (lag: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    const lag = await lagOf(runtime);
    onLag(lag);
    if (lag === 0 || signal?.aborted) return;
    await pause(lookEveryMs);
  }
}

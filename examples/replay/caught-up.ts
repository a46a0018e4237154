/** Waits for the read models. */
import { setTimeout as pause } from "node:timers/promises";
import type { Runtime } from "foldstream";

const lookEveryMs = 50;

export interface CatchUpOptions {
  /** Called with the events that the slowest read model has still to take. */
  readonly onLag?: (lag: number) => void;
  readonly signal?: AbortSignal;
}

/** Events that the slowest read model has still to take. */
export async function lagOf(runtime: Pick<Runtime, "status">): Promise<number> {
  return lagBehind(runtime, 0);
}

/** Resolves once every read model includes so many events and all there are, or when the signal fires. A feed may show them late. */
export async function caughtUp(
  runtime: Pick<Runtime, "status">,
  events: number,
  { onLag = () => undefined, signal }: CatchUpOptions = {},
): Promise<void> {
  for (;;) {
    const lag = await lagBehind(runtime, events);
    onLag(lag);
    if (lag === 0 || signal?.aborted) return;
    await pause(lookEveryMs);
  }
}

/** How far the slowest read model is behind the feed, or behind so many events where the feed does not show them yet. */
async function lagBehind(runtime: Pick<Runtime, "status">, events: number): Promise<number> {
  const { projections } = await runtime.status();
  const lags = projections.map(({ partitions }) => {
    const head = partitions.reduce((sum, partition) => sum + partition.head, 0);
    const lag = partitions.reduce((sum, partition) => sum + partition.lag, 0);
    return lag + Math.max(0, events - head);
  });
  return Math.max(0, ...lags);
}

/** Waiting that ends when whoever waits is stopped. */
import { setTimeout as sleep } from "node:timers/promises";

export async function pause(ms: number, stop: AbortController): Promise<void> {
  await sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
}

/** A question, so that a loop may ask it again: what a property says is taken for granted until it is written. */
export function isStopped({ signal }: AbortController): boolean {
  return signal.aborted;
}

/** Pauses between retries. */
import type { Environment } from "../port/environment.ts";

/**
 * Waits before retry number `attempt` (1-based): uniform between 0 and `baseMs` doubled each time, at most `limitMs`.
 * "Full jitter", from the AWS Architecture Blog's "Exponential Backoff And Jitter".
 */
export function backoff(
  { scheduler, random }: Environment,
  baseMs: number,
  attempt: number,
  limitMs = 1_000,
): Promise<void> {
  const ceiling = Math.min(limitMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return new Promise((resolve) => {
    scheduler.after(random.next() * ceiling, resolve);
  });
}

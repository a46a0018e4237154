/** Pauses between retries. */
import type { Environment } from "../port/environment.ts";

/**
 * Milliseconds to wait before retry number `attempt` (1-based): uniform between 0 and `baseMs` doubled each time, at most `limitMs`.
 * "Full jitter", from the AWS Architecture Blog's "Exponential Backoff And Jitter".
 */
export function backoffMs({ random }: Environment, baseMs: number, attempt: number, limitMs: number): number {
  return random.next() * Math.min(limitMs, baseMs * 2 ** Math.min(attempt - 1, 30));
}

/** Waits for at most a second. */
export function backoff(environment: Environment, baseMs: number, attempt: number): Promise<void> {
  return new Promise((resolve) => {
    environment.scheduler.after(backoffMs(environment, baseMs, attempt, 1_000), resolve);
  });
}

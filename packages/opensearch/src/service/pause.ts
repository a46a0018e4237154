/** Pauses between attempts: exponential with full jitter (aws.amazon.com/builders-library, "Timeouts, retries, and backoff with jitter"). */
import { setTimeout as sleep } from "node:timers/promises";

const firstMs = 20;
const longestMs = 5_000;

export async function pause(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(longestMs, firstMs * 2 ** attempt));
}

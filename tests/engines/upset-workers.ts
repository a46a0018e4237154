/** Processes that share a store, frozen and killed at moments that nobody chose. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Writer } from "./spawn-writer.ts";

export interface UpsetOptions {
  readonly random: () => number;
  /** How long they work undisturbed, at most. */
  readonly workMs: number;
  /** How long one is frozen, at most: some of that longer than a lease lasts. */
  readonly frozenMs: number;
}

/**
 * Once one of them is at work, freezes the first and lets it go on, then kills all of them, one after the other. Resolves with what they
 * said. Rejects when one ended by itself.
 */
export async function upset(workers: readonly Writer[], { random, workMs, frozenMs }: UpsetOptions): Promise<string[]> {
  await Promise.race(workers.map(({ atWork }) => atWork));
  await sleep(random() * workMs);
  workers[0]?.child.kill("SIGSTOP");
  await sleep(random() * frozenMs);
  workers[0]?.child.kill("SIGCONT");
  for (const { child } of workers) {
    await sleep(random() * workMs);
    child.kill("SIGKILL");
  }
  const ends = await Promise.all(workers.map(({ ended }) => ended));
  const codes = ends.map(({ code }) => code).filter((code) => code !== null);
  if (codes.length > 0) throw new Error(`A worker ended by itself, with ${codes.join(", ")}.`);
  return ends.flatMap(({ lines }) => lines);
}

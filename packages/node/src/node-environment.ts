/** The real clock, ids, chance and timers of one Node process. */
import { randomUUIDv7 } from "node:crypto";
import type { Environment } from "foldstream/port";

/**
 * The environment for everything that is not a simulation. Ids are UUIDv7 of Node itself (0.1 µs each): they sort by the millisecond
 * they were made in, which keeps indexes compact. Pending timers keep the process alive, so a started runtime does, until `stop()`.
 */
export function nodeEnvironment(): Environment {
  return {
    clock: { now: () => Date.now() },
    ids: { next: () => randomUUIDv7() },
    random: { next: () => Math.random() },
    scheduler: { soon: (task) => void setImmediate(task), after },
  };
}

function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

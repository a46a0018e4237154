/** The clock, ids, chance and timers of one copy of a function. */
import * as crypto from "node:crypto";
import type { Environment } from "foldstream/port";

/** Ids sort by time where this Node can make such: UUIDv7 came with 24.16. */
const { randomUUIDv7 = crypto.randomUUID }: { readonly randomUUIDv7?: () => string } = crypto;

export function lambdaEnvironment(): Environment {
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

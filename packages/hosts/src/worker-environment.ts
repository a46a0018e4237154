/** Clock, ids, chance and timers where there is nothing but the web's own interfaces. */
import type { Environment } from "foldstream/port";

export function workerEnvironment(): Environment {
  return {
    clock: { now: () => Date.now() },
    ids: { next: () => crypto.randomUUID() },
    random: { next: () => Math.random() },
    scheduler: { soon: (task) => void setTimeout(task, 0), after },
  };
}

function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

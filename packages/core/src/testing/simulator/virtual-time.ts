/** Time that passes only from one task to the next. Of tasks for the same moment, the seed says which goes first. */
import type { Chance } from "./chance.ts";

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * How many promises may hang one on another after a task before the next one runs. JavaScript does not tell when none is left; a longer
 * chain goes on beside the next task, as it would on a slow machine, and no less repeatably.
 */
const hops = 20;

export class VirtualTime {
  /** Milliseconds since the beginning of the run. */
  now = 0;
  readonly #tasks = new Set<Task>();
  readonly #order: () => number;

  constructor(chance: Chance) {
    this.#order = chance.sequence("order of tasks").next;
  }

  /** Returns how to cancel. */
  after(ms: number, run: () => void): () => void {
    const task = { at: this.now + Math.max(0, ms), order: this.#order(), run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** Runs tasks until `done`, for at most `limitMs`. True when it was done in time. */
  async until(done: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.now + limitMs;
    for (;;) {
      await settle();
      if (done()) return true;
      const task = this.#first();
      if (!task || task.at > end) return false;
      this.#tasks.delete(task);
      this.now = task.at;
      task.run();
    }
  }

  #first(): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) if (!first || isBefore(task, first)) first = task;
    return first;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}

async function settle(): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await undefined;
}

/** A process that can be paused and killed: the environment that its runtime lives in. */
import type { Environment } from "../../port/environment.ts";
import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

const beginning = Date.UTC(2026, 0, 1);

export class SimulatedProcess {
  /** Unlike that of any other process of the run. */
  readonly name: string;
  readonly environment: Environment;
  /** How far its clock is off, in milliseconds. */
  clockSkewMs = 0;
  readonly #time: VirtualTime;
  readonly #ended: (() => void)[] = [];
  #held: (() => void)[] | undefined;
  #alive = true;
  #ids = 0;

  constructor(name: string, time: VirtualTime, chance: Chance) {
    this.name = name;
    this.#time = time;
    this.environment = {
      clock: { now: () => beginning + Math.floor(time.now + this.clockSkewMs) },
      ids: { next: () => `${name}-${++this.#ids}` },
      random: chance.sequence(`random of ${name}`),
      scheduler: { soon: (task) => void this.after(0, task), after: (ms, task) => this.after(ms, task) },
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs `task` in this process, if it still lives by then, and not while it is paused. Returns how to cancel. */
  after(ms: number, task: () => void): () => void {
    let cancelled = false;
    const run = () => {
      if (cancelled || !this.#alive) return;
      if (this.#held) this.#held.push(run);
      else task();
    };
    const cancel = this.#time.after(ms, run);
    return () => {
      cancelled = true;
      cancel();
    };
  }

  pause(): void {
    this.#held ??= [];
  }

  /** What fell due meanwhile runs now. */
  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const task of held) this.#time.after(0, task);
  }

  /** Nothing of it runs any more, and nobody tells it anything. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const listener of this.#ended) listener();
  }

  onKill(listener: () => void): void {
    this.#ended.push(listener);
  }
}

/** How fast a rebuild goes, and how long it will take at that. */
import type { Clock } from "../../port/environment.ts";

export class Pace {
  readonly #clock: Clock;
  readonly #began: number;
  readonly #first: number;

  /** `done` is what there was when it began. */
  constructor(clock: Clock, done: number) {
    this.#clock = clock;
    this.#began = clock.now();
    this.#first = done;
  }

  get ms(): number {
    return Math.max(0, this.#clock.now() - this.#began);
  }

  at(done: number, total: number): { readonly perSecond: number; readonly msLeft?: number } {
    const perSecond = this.ms > 0 ? ((done - this.#first) * 1_000) / this.ms : 0;
    const left = Math.max(0, total - done);
    return { perSecond, ...(perSecond > 0 && { msLeft: Math.ceil((left * 1_000) / perSecond) }) };
  }
}

/**
 * How long a projection rests between steps. Under load, one that keeps up does best with fewer, larger steps: rows that many events
 * touch are written once. So it rests in proportion to its work, which leaves most of the time to commands.
 */

/** As a multiple of what a step takes. */
const restFactor = 4;
const longestRestMs = 50;

/** A step that waited for the disk says nothing about the work: of so many, the shortest tells. */
const stepsCompared = 3;

export class StepRest {
  readonly #intervalMs: number;
  #took: readonly number[] = [];

  /** `intervalMs`: the least time between the beginnings of two steps. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** In milliseconds, after a step that took so many. */
  after(tookMs: number): number {
    this.#took = [tookMs, ...this.#took].slice(0, stepsCompared);
    const inProportion = Math.min(...this.#took) * restFactor;
    return Math.min(Math.max(this.#intervalMs - tookMs, inProportion), Math.max(longestRestMs, this.#intervalMs));
  }
}

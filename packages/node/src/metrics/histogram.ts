/**
 * A histogram that costs some ten nanoseconds per observation. prom-client's own hashes its labels each time (0.7 µs, measured),
 * which would show in the throughput of commands that share an append.
 */

import type { Labels, Sample } from "./metric.ts";

/** Seconds. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export class Observations {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
  }

  /** Cumulative, as the text format wants them. */
  samples(name: string, labels: Labels): readonly Sample[] {
    let total = 0;
    const buckets = this.#counts.map((count, bucket) => {
      total += count;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: this.#bounds[bucket] ?? "+Inf" }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  }
}

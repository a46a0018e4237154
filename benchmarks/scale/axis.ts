/** What grows, and what is looked at as it does. */
import type { BenchPlace } from "../engines/bench-engine.ts";

export interface Axis {
  readonly name: string;
  /** What `x` counts. */
  readonly x: string;
  readonly about: string;
  /** One point after the other, from small to large. */
  points(growth: Growth): AsyncIterable<ScalePoint>;
}

export interface Growth {
  /** Without data. Drop it. */
  newPlace(): Promise<BenchPlace>;
  /** Sizes are left out that are larger than this share of the largest. */
  readonly scale: number;
  /** Also the sizes that take long. */
  readonly largest: boolean;
}

export interface ScalePoint {
  readonly x: number;
  readonly series: string;
  readonly y: number;
  readonly unit: "ms" | "per second";
  /** Whether `y` should not grow with `x`. */
  readonly constant: boolean;
}

/** Those of `sizes` that are not left out, but always the first two: one size alone does not show growth. */
export function upTo(sizes: readonly number[], { scale }: Growth): number[] {
  const largest = sizes.at(-1) ?? 0;
  return sizes.filter((size, index) => index < 2 || size <= largest * scale);
}

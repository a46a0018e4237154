/** What a run found, and how much each thing grew. */
import type { EngineName } from "../engines/bench-engine.ts";
import type { BenchmarkEnvironment } from "../environment.ts";
import { axes } from "./axes.ts";
import type { ScalePoint } from "./axis.ts";

export interface ScaleRow extends ScalePoint {
  readonly engine: EngineName;
  readonly axis: string;
}

export interface ScaleResults {
  readonly scale: number;
  readonly loadBefore: number;
  readonly environments: readonly BenchmarkEnvironment[];
  readonly rows: readonly ScaleRow[];
}

export interface Series {
  readonly engine: EngineName;
  readonly axis: string;
  readonly series: string;
  readonly unit: ScalePoint["unit"];
  readonly constant: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** The last `y` over the first. */
  readonly growth: number;
}

export function seriesOf(rows: readonly ScaleRow[]): Series[] {
  const groups = Map.groupBy(rows, ({ engine, axis, series }) => JSON.stringify([engine, axis, series]));
  return [...groups.values()].flatMap((points) => {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return [];
    const { engine, axis, series, unit, constant } = first;
    const growth = Number((last.y / first.y).toPrecision(2));
    return [{ engine, axis, series, unit, constant, points: points.map(({ x, y }) => ({ x, y })), growth }];
  });
}

/** For people, on a terminal. */
export function scaleTable({ rows, environments, loadBefore }: ScaleResults): string {
  const [machine] = environments;
  const head = `scale · Node ${machine?.node} · ${machine?.cpu}, ${machine?.cores} cores, load ${loadBefore.toFixed(1)} · ${machine?.commit}`;
  const lines = seriesOf(rows).map(({ engine, axis, series, unit, points, growth, constant }) => {
    const about = axes.find(({ name }) => name === axis)?.x ?? axis;
    const values = points.map(({ x, y }) => `${x.toLocaleString("en")}: ${y.toLocaleString("en")}`).join("  ");
    return `\n${engine}, ${about}: ${series} (${unit})\n  ${values}\n  ${growth} times from first to last${constant ? ", should be about 1" : ""}`;
  });
  return [head, ...lines].join("\n");
}

/** Counts what a comparison finds, and keeps the first of it. */
import type { Columns } from "../../definition/column.ts";
import type { Row, ScannedRow } from "../../port/read-model-store.ts";
import { differingColumns } from "../audit/differences.ts";
import type { Pair } from "./compare-side.ts";
import type { DifferingRow } from "./comparison.ts";
import { RowDigest } from "./row-digest.ts";

export class CompareTally {
  readonly live = new SideTally();
  readonly build = new SideTally();
  readonly differences = { live: 0, build: 0, both: 0 };
  readonly differing: DifferingRow[] = [];
  unsettled = 0;
  readonly #columns: Columns;
  readonly #most: number;

  /** Compares these columns, and keeps so many rows at most. */
  constructor(columns: Columns, most: number) {
    this.#columns = columns;
    this.#most = most;
  }

  differs(pair: Pair): boolean {
    return this.#differing(pair) !== undefined;
  }

  add(pair: Pair): void {
    this.live.add(this.#columns, pair.live);
    this.build.add(this.#columns, pair.build);
    const found = this.#differing(pair);
    if (!found) return;
    this.differences[found.in]++;
    if (this.differing.length < this.#most) this.differing.push(found);
  }

  #differing({ key, live, build }: Pair): DifferingRow | undefined {
    const [problem] = [live, build].flatMap((row) => (row && "problem" in row ? [row.problem] : []));
    const unread = problem !== undefined && { problem };
    if (!live || !build)
      return live || build ? { key, in: live ? "live" : "build", columns: [], ...unread } : undefined;
    if (unread || "problem" in live || "problem" in build) return { key, in: "both", columns: [], ...unread };
    const columns = differingColumns(this.#columns, live.row, build.row);
    return columns.length > 0 ? { key, in: "both", columns } : undefined;
  }
}

class SideTally {
  rows = 0;
  readonly #digest = new RowDigest();

  get digest(): string {
    return this.#digest.toString();
  }

  add(columns: Columns, found: ScannedRow | undefined): void {
    if (!found) return;
    this.rows++;
    if ("row" in found) this.#digest.add(found.key, only(columns, found.row));
  }
}

function only(columns: Columns, row: Row): Row {
  return Object.fromEntries(Object.keys(columns).map((name) => [name, row[name]]));
}

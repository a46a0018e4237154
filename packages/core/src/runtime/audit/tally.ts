/** Counts what an audit finds, and keeps the first of it. */
import type { Drift, DriftedRow, DriftKind } from "./report.ts";

export class Tally {
  rows = 0;
  unsettled = 0;
  undecided = 0;
  repaired = 0;
  readonly drifted: DriftedRow[] = [];
  readonly #counts: Record<DriftKind, number> = { missing: 0, stale: 0, extra: 0, corrupt: 0 };
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Returns its key. */
  add(row: DriftedRow): string {
    this.#counts[row.kind]++;
    if (this.drifted.length < this.#most) this.drifted.push(row);
    return row.key;
  }

  get drift(): Drift {
    return { ...this.#counts };
  }
}

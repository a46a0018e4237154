/** One pass of an audit: the rows of a range of keys, which halves whenever they become too many. Other keys are for another pass. */
import type { AnyProjection } from "../../definition/projection.ts";
import { ExpectedRows, type ExpectedRowsOptions, type Place } from "./expected-rows.ts";
import { isWithin, type KeyRange, lowerHalf } from "./key-range.ts";

interface FittingRowsOptions extends Omit<ExpectedRowsOptions, "wants"> {
  readonly range: KeyRange;
  /** How many rows fit. */
  readonly most: number;
}

export class FittingRows {
  readonly rows: ExpectedRows;
  #range: KeyRange;
  readonly #most: number;

  constructor(projection: AnyProjection, { range, most, ...options }: FittingRowsOptions) {
    this.#range = range;
    this.#most = most;
    this.rows = new ExpectedRows(projection, { ...options, wants: (key) => this.covers(key) });
  }

  get range(): KeyRange {
    return this.#range;
  }

  covers(key: string): boolean {
    return isWithin(this.#range, key);
  }

  /** The first fold decides which keys fit. */
  fillTo(place: Place): Promise<void> {
    return this.rows.advanceTo(place, () => {
      while (this.rows.size > this.#most && this.#range.to - this.#range.from > 1) {
        this.#range = lowerHalf(this.#range);
        this.rows.forget((key) => !this.covers(key));
      }
    });
  }
}

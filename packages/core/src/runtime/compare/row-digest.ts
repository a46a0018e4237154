/** A digest of rows that is the same in whatever order they come. */
import type { Row } from "../../port/read-model-store.ts";
import { fingerprint } from "../command/fingerprint.ts";
import { stir } from "../stir.ts";

/**
 * 64 bits: the sum of each half of the rows' own digests. Those are stirred first, else what one row gained would cancel what another one
 * lost.
 */
export class RowDigest {
  #first = 0;
  #second = 0;

  add(key: string, row: Row): void {
    const [first, second] = fingerprint(key, row).split(".");
    this.#first = (this.#first + stir(Number(first))) >>> 0;
    this.#second = (this.#second + stir(Number(second))) >>> 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#first, this.#second].map((half) => half.toString(16).padStart(8, "0")).join("");
  }
}

/** Chance that depends on the seed and on what is asked, and on nothing else: leaving something out does not change the rest. */
import { seededRandom } from "../../memory/seeded-random.ts";
import type { Random } from "../../port/environment.ts";

/** What generators of commands draw from. */
export interface SimulatedRandom extends Random {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  oneOf<T>(list: readonly T[]): T;
}

export class Chance {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = Math.imul(seed, 0x9e3779b9);
  }

  /** In [0, 1), and always the same for the same question. */
  of(question: string): number {
    return this.#hash(question) / 2 ** 32;
  }

  /** A sequence of its own. */
  sequence(name: string): SimulatedRandom {
    const next = seededRandom(this.#hash(name));
    const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
    return { next, whole, oneOf: <T>(list: readonly T[]) => list[whole(0, list.length - 1)] as T };
  }

  /** FNV-1a (Fowler, Noll, Vo) with the last mix of MurmurHash3 (Austin Appleby), so that similar questions get unlike answers. */
  #hash(text: string): number {
    let value = 0x811c9dc5 ^ this.#seed;
    for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
  }
}

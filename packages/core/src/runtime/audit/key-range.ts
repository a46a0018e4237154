/** Keys in parts of about equal size: what lets an audit take so many at a time as fit into memory, or only a sample. */
import { stir } from "../stir.ts";

/** Keys whose hash is at least `from` and less than `to`. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

const hashes = 2 ** 32;

export const allKeys: KeyRange = { from: 0, to: hashes };

/** Part number `part`, counted from 0, of `of` parts. */
export function partOfKeys(part: number, of: number): KeyRange {
  const edge = (index: number) => Math.round((hashes / of) * index);
  return { from: edge(part), to: edge(part + 1) };
}

export function lowerHalf({ from, to }: KeyRange): KeyRange {
  return { from, to: from + Math.ceil((to - from) / 2) };
}

export function isWithin({ from, to }: KeyRange, key: string): boolean {
  const hash = hashOf(key);
  return hash >= from && hash < to;
}

/** FNV-1a, 32 bits, stirred since ranges go by the high bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return stir(hash);
}

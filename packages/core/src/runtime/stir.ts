/** Spreads each bit of a 32-bit hash over all of them, by the last steps of MurmurHash3 (Austin Appleby). */
export function stir(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

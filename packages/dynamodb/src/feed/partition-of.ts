/** Which partition of the feed a stream belongs to. Never changes, or a stream's events would be in two. */

/** FNV-1a (Fowler, Noll, Vo), 32 bits, over the UTF-8 bytes of the name. */
export function partitionOf(stream: string, partitions: number): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(stream)) hash = Math.imul(hash ^ byte, 0x01000193);
  return String((hash >>> 0) % partitions);
}

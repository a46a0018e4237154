/**
 * Keys as numbers that sort as the keys do, so that an index can be browsed in their order: text as a criterion is cut off after 50 bytes
 * (docs: "Algolia service limits"), and compared by rules that are not told.
 */
const bytesEach = 6;
const numbers = 16;

/** Names, in the order of their weight. */
export const orderAttributes: readonly string[] = Array.from({ length: numbers }, (_, at) => `order.at${at}`);

/** The first 96 bytes of a key. Keys that are alike so far are in no order. */
export function orderOf(key: string): Readonly<Record<string, number>> {
  const bytes = Buffer.alloc(bytesEach * numbers);
  bytes.write(key);
  return Object.fromEntries(
    Array.from({ length: numbers }, (_, at) => [`at${at}`, bytes.readUIntBE(at * bytesEach, bytesEach)]),
  );
}

export function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

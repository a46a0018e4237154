/** Cuts what is to be sent into requests that a service takes. */

/** In order, each with `mostItems` and `mostBytes` at most; what is larger than that goes alone. */
export function* batches<T>(
  items: Iterable<T>,
  bytesOf: (item: T) => number,
  { mostItems, mostBytes }: { readonly mostItems: number; readonly mostBytes: number },
): Generator<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(item);
    if (batch.length > 0 && (batch.length === mostItems || bytes + more > mostBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

/** Merges items that come in the order of their sort keys, each source at its own pace. */
import type { Item } from "../database/database.ts";

/** Ends the sources when it is ended. */
export async function* inOrder(sources: readonly AsyncGenerator<Item>[], backward: boolean): AsyncGenerator<Item> {
  try {
    const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })));
    for (;;) {
      const first = heads.filter(({ next }) => !next.done).sort((left, right) => order(left, right, backward))[0];
      if (!first) return;
      yield first.next.value as Item;
      first.next = await first.source.next();
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

interface Headed {
  readonly next: IteratorResult<Item>;
}

function order(left: Headed, right: Headed, backward: boolean): number {
  const ascending = Buffer.compare(sortKey(left), sortKey(right));
  return backward ? -ascending : ascending;
}

function sortKey({ next }: Headed): Buffer {
  return Buffer.from((next.value as Item).sk?.S ?? "");
}

/** A read model whose rows are counted by hand. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, ReadModelWrite, Row } from "foldstream/port";

export const books: ReadModel = {
  name: "books",
  version: 1,
  kind: "table",
  columns: { id: t.key(), title: t.text(), pages: t.integer() },
  indexes: [],
  search: ["title"],
};

export function book(pages: number): Row {
  return { title: "Untitled", pages };
}

/** Pages by book. */
export async function counted(store: ReadModelStore): Promise<Record<string, unknown>> {
  return Object.fromEntries((await store.reader(books).find()).map(({ id, pages }) => [id, pages]));
}

/** A step that adds a page to each of the books, from what is there now. */
export async function countingStep(
  store: ReadModelStore,
  next: number,
  keys: readonly string[],
  epoch?: number,
): Promise<ReadModelWrite> {
  const expected = await store.checkpoint(books, "0");
  const loaded = await store.loadDocuments?.(books, "0", keys);
  const rows = keys.flatMap((key) => {
    const { row, includes = 0, revision = null } = loaded?.get(key) ?? {};
    return includes >= next ? [] : [{ key, row: book(Number(row?.pages ?? 0) + 1), revision }];
  });
  return { partition: "0", expected, next, rows, facts: [], ...(epoch !== undefined && { epoch }) };
}

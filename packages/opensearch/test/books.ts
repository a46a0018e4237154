/** A read model whose rows are counted by hand. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, Row } from "foldstream/port";

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

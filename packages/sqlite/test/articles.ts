/** A read model with every SQLite-only trait: an index, a search index, a boolean and JSON. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, Row } from "foldstream/port";

export const articles: ReadModel = {
  name: "articles",
  version: 1,
  kind: "table",
  columns: { id: t.key(), title: t.text(), author: t.text({ nullable: true }), draft: t.boolean(), tags: t.json() },
  indexes: [["author", "title"]],
  search: ["title", "author"],
};

export function article(title: string, change: Row = {}): Row {
  return { title, author: null, draft: false, tags: [], ...change };
}

/** Writes rows as the next step of the read model. `null` deletes. */
export async function put(
  store: ReadModelStore,
  model: ReadModel,
  rows: Readonly<Record<string, Row | null>>,
): Promise<void> {
  const expected = await store.checkpoint(model, "0");
  const writes = Object.entries(rows).map(([key, row]) => ({ key, row }));
  const result = await store.write(model, { partition: "0", expected, next: expected + 1, rows: writes, facts: [] });
  if (!result.ok) throw new Error(`The step was refused: ${result.reason}.`);
}

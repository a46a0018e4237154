/** A read model with indexes, and steps that fill it. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, Row } from "foldstream/port";

export const cities: ReadModel = {
  name: "cities",
  version: 1,
  kind: "table",
  columns: {
    id: t.key(),
    country: t.text({ nullable: true }),
    people: t.integer(),
    capital: t.boolean(),
    about: t.text(),
  },
  indexes: [["country", "people"], ["people"], ["capital", "id"]],
  search: [],
};

export const city = (change: Row = {}): Row => ({ country: "AT", people: 100, capital: false, about: "", ...change });

type Rows = Readonly<Record<string, Row | null>>;

/** The next step of partition 0, as the runtime takes it: what a document includes already is not written again. */
export async function take(target: ReadModelStore, model: ReadModel, rows: Rows) {
  const expected = await target.checkpoint(model, "0");
  const loaded = await target.loadDocuments?.(model, "0", Object.keys(rows));
  const open = Object.entries(rows).filter(([key]) => (loaded?.get(key)?.includes ?? 0) <= expected);
  const writes = open.map(([key, row]) => {
    const revision = loaded?.get(key)?.revision;
    return { key, row, ...(revision !== undefined && { revision }) };
  });
  return target.write(model, { partition: "0", expected, next: expected + 1, rows: writes, facts: [] });
}

/** Facts and a table, to be queried and exported. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, Row } from "foldstream/port";

export const sales: ReadModel = {
  name: "sales",
  version: 1,
  kind: "facts",
  columns: { country: t.text(), amount: t.integer(), soldAt: t.timestamp(), tags: t.json() },
  indexes: [],
  search: [],
};

export function sale(country: string, amount: number, change: Row = {}): Row {
  return { country, amount, soldAt: "2025-11-21T19:04:05.678Z", tags: ["a"], ...change };
}

/** Writes them as the facts of the next event. */
export async function sell(store: ReadModelStore, rows: readonly Row[]): Promise<void> {
  const expected = await store.checkpoint(sales, "0");
  const facts = rows.map((row, index) => ({ position: expected + 1, index, row }));
  const result = await store.write(sales, { partition: "0", expected, next: expected + 1, rows: [], facts });
  if (!result.ok) throw new Error(`The step was refused: ${result.reason}.`);
}

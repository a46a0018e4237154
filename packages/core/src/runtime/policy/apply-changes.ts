/** Applies changes to the rows they are about, in memory, as one step will write them. */
import type { RowWrite } from "../../port/read-model-store.ts";
import type { FindRows } from "../projection/fold.ts";
import { asIntentRow, type IntentRow, type RowChange } from "./intent-table.ts";

export async function applyChanges(changes: readonly RowChange[], find: FindRows): Promise<RowWrite[]> {
  const found = await find([...new Set(changes.map(({ key }) => key))]);
  const rows = new Map<string, IntentRow | undefined>();
  for (const [key, { row }] of found) rows.set(key, asIntentRow(row));
  const changed = new Set<string>();
  for (const { key, change, position = Number.POSITIVE_INFINITY } of changes) {
    if (position <= (found.get(key)?.includes ?? 0)) continue;
    const next = change(rows.get(key));
    if (next === undefined) continue;
    rows.set(key, next ?? undefined);
    changed.add(key);
  }
  return [...changed].map((key) => {
    const revision = found.get(key)?.revision;
    return { key, row: rows.get(key) ?? null, ...(revision !== undefined && { revision }) };
  });
}

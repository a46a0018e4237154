/** A row that was found, compared with the one that the log gives. */
import type { Columns } from "../../definition/column.ts";
import type { Row, ScannedRow } from "../../port/read-model-store.ts";
import { canonicalJson } from "../json.ts";

/** Columns whose values differ. JSON is equal as a value: the order of keys does not count. */
export function differingColumns(columns: Columns, one: Row, other: Row): string[] {
  return Object.keys(columns).filter((name) => !same(one[name], other[name]));
}

/** Whether a row is there that should be, and as it should be; or neither. */
export function fits(columns: Columns, expected: Row | undefined, found: ScannedRow | undefined): boolean {
  if (!found) return expected === undefined;
  if ("problem" in found || !expected) return false;
  return differingColumns(columns, expected, found.row).length === 0;
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const composed = typeof one === "object" && typeof other === "object" && one !== null && other !== null;
  return composed && canonicalJson(one) === canonicalJson(other);
}

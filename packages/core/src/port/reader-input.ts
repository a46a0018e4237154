/** What every `ReadModelReader` refuses, and in which words. */
import { FoldstreamError } from "../errors.ts";
import type { ReadModel } from "./read-model-store.ts";

const mostRows = 1_000;

/** The column's name. @throws FoldstreamError `unknown-name` */
export function knownColumn(model: ReadModel, column: string): string {
  if (Object.hasOwn(model.columns, column)) return column;
  throw new FoldstreamError(
    "unknown-name",
    `read model "${model.name}" has no column "${column}". Known: ${Object.keys(model.columns).join(", ")}.`,
  );
}

/** How many rows to return: 100 unless told otherwise. @throws FoldstreamError `invalid-limit` */
export function checkedLimit(limit = 100): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostRows) return limit;
  throw new FoldstreamError("invalid-limit", `limit must be a whole number from 1 to 1,000, found ${limit}.`);
}

/** How many rows to skip. @throws FoldstreamError `invalid-limit` */
export function checkedOffset(offset = 0): number {
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new FoldstreamError("invalid-limit", `offset must be a whole number from 0, found ${offset}.`);
}

/** @throws FoldstreamError `search-undeclared` */
export function checkSearchable({ name, search }: ReadModel): void {
  if (search.length > 0) return;
  throw new FoldstreamError(
    "search-undeclared",
    `read model "${name}" declares no search. Add { search: [...] } to its table.`,
  );
}

/** What a query consumes (ADR 13; `document-reader.ts` and `index-reader.ts` of the engine, `wait-for.ts` of the core). */
import { inTables, type TableUnits } from "./units.ts";
import { documentUnits } from "./wake-up.ts";

/** Partition keys that the entries of an index are spread over. */
const buckets = 4;
/** A query that waits looks this often, and a look takes about 5 ms. */
const lookEveryMs = 30;

export interface QueryShape {
  readonly rows: number;
  readonly rowBytes: number;
}

/** One row by its key; more by an index: its entries, the definition, and each row. */
export function answering({ rows, rowBytes }: QueryShape): TableUnits {
  const { reads } = documentUnits(rowBytes);
  return inTables({ readModels: { reads: rows <= 1 ? reads : buckets + 1 + rows * reads } });
}

/** Where the token stands in the feed, again and again while it does not show, and the checkpoint. */
export function awaiting(waitMs: number): TableUnits {
  return inTables({ feed: { reads: 1 + Math.floor(waitMs / lookEveryMs) }, readModels: { reads: 1 } });
}

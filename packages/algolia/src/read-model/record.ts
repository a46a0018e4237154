/** Rows between the port's form and records. */
import { isDeepStrictEqual } from "node:util";
import {
  checkDocumentKey,
  documentRow,
  invalidRow,
  type ReadModel,
  type Row,
  rowOfDocument,
  storedDocumentRow,
  wordsOf,
} from "foldstream/port";
import { orderOf } from "./key-order.ts";

/** Positions by partition. */
export type Includes = Readonly<Record<string, number>>;

/** What the index holds under a key, or the place of a fact. All attributes are always written, since those left out would stay. */
export interface RowRecord {
  readonly key: string;
  readonly order: Readonly<Record<string, number>>;
  /** `null` for a tombstone. */
  readonly row: Row | null;
  readonly words: Readonly<Record<string, string>>;
  readonly includes: Includes;
  /** 1 for a tombstone. */
  readonly gone: 0 | 1;
  /** When a tombstone may go, in milliseconds since 1970; 0 for a row. */
  readonly expires: number;
}

/** What is there. */
export const notGone = "gone = 0";

const mostKeyBytes = 512;

/** What the service adds to a record: its own names, the revision and the mark of the writing. */
const addedBytes = 200;

export interface Recorded {
  readonly key: string;
  readonly row: Row | null;
  readonly includes: Includes;
  /** For a tombstone. */
  readonly expires?: number;
}

/** @throws InvalidRowError when a column cannot hold its value, or the record is larger than the plan allows. */
export function recordOf(
  model: ReadModel,
  { key, row, includes, expires = 0 }: Recorded,
  recordBytes: number,
): RowRecord {
  const isTable = model.kind === "table";
  if (isTable) checkDocumentKey(model, key, mostKeyBytes);
  const stored = row && documentRow(model, row, isTable ? key : undefined);
  const record: RowRecord = {
    key,
    row: stored,
    ...derivedOf(model, key, stored),
    includes,
    gone: row ? 0 : 1,
    expires,
  };
  const bytes = Buffer.byteLength(JSON.stringify(record)) + addedBytes;
  if (bytes <= recordBytes) return record;
  throw invalidRow(
    model,
    key,
    `a record of ${bytes} bytes, words for search included; Algolia takes ${recordBytes}. Keep less in the row, or set recordBytes to what your plan allows`,
  );
}

/** The row of a record that anybody may have changed, or what is wrong with it or with what is kept beside it. */
export function storedRow(model: ReadModel, { key, row, order, words }: RowRecord): Row | string {
  const stored = storedDocumentRow(model, row ?? {});
  if (typeof stored === "string" || isDeepStrictEqual({ order, words }, derivedOf(model, key, row))) return stored;
  return "the words for searches, or the order of its key, do not follow from the row.";
}

/** What is kept beside a row for searches and scans. */
function derivedOf(model: ReadModel, key: string, row: Row | null): Pick<RowRecord, "order" | "words"> {
  const words = row ? model.search.map((name) => [name, wordsOf(String(row[name] ?? "")).join(" ")]) : [];
  return { order: orderOf(key), words: Object.fromEntries(words) };
}

export function rowOf(model: ReadModel, { row }: RowRecord): Row {
  return rowOfDocument(model, row ?? {});
}

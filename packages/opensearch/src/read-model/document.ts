/** Rows between the port's form and documents. */
import { isDeepStrictEqual } from "node:util";
import {
  checkDocumentKey,
  documentRow,
  type ReadModel,
  type Row,
  rowOfDocument,
  storedDocumentRow,
} from "foldstream/port";
import { indexedWords } from "./words.ts";

/** Bytes of an `_id` (docs: "ID metadata field"). */
const mostKeyBytes = 512;

/** Positions by partition. */
export type Includes = Readonly<Record<string, number>>;

/** What the index holds under a key, or the place of a fact. */
export interface Document {
  readonly key: string;
  readonly row?: Readonly<Record<string, unknown>>;
  /** Columns that are null: a field without a value cannot be told from one whose value is too long for the index. */
  readonly nulls?: readonly string[];
  readonly words?: Readonly<Record<string, string>>;
  readonly includes: Includes;
  /** The step that wrote it. */
  readonly step: string;
  /** True for a tombstone. */
  readonly gone?: true;
  readonly expires?: number;
}

type Content = Pick<Document, "row" | "nulls" | "words">;

/** @throws InvalidRowError when a column cannot hold its value. */
export function encodeRow(model: ReadModel, row: Row, key?: string): Content {
  const encoded = documentRow(model, row, key);
  return { row: encoded, ...derivedOf(model, encoded) };
}

/** What is kept beside a row for searches. */
function derivedOf(model: ReadModel, encoded: Row): Pick<Document, "nulls" | "words"> {
  return {
    nulls: Object.keys(encoded).filter((name) => encoded[name] === null),
    words: Object.fromEntries(model.search.map((name) => [name, indexedWords(String(encoded[name] ?? "")).join(" ")])),
  };
}

export function decodeRow(model: ReadModel, { row = {} }: Document): Row {
  return rowOfDocument(model, row);
}

/** The row of a document that anybody may have changed, or what is wrong with it or with what is kept beside it. */
export function storedRow(model: ReadModel, { row = {}, nulls, words }: Document): Row | string {
  const stored = storedDocumentRow(model, row);
  if (typeof stored === "string" || isDeepStrictEqual({ nulls, words }, derivedOf(model, row))) return stored;
  return "the words or nulls for searches do not follow from the row.";
}

/** @throws InvalidRowError when the key does not fit a document's id. */
export function checkKey(model: ReadModel, key: string): void {
  checkDocumentKey(model, key, mostKeyBytes);
}

/** Rows between the port's form and documents. */
import { type Column, columnProblem, InvalidRowError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import { wordsOf } from "./words.ts";

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
  const entries = Object.entries(model.columns).map(([name, column]) => {
    const value = column.key ? key : row[name];
    const problem = problemOf(column, value);
    if (problem) throw invalidRow(model, key, name, problem);
    return [name, column.type === "json" ? JSON.stringify(value) : value] as const;
  });
  const encoded = Object.fromEntries(entries);
  return {
    row: encoded,
    nulls: entries.filter(([, value]) => value === null).map(([name]) => name),
    words: Object.fromEntries(model.search.map((name) => [name, wordsOf(String(encoded[name] ?? "")).join(" ")])),
  };
}

export function decodeRow({ columns }: ReadModel, { row = {} }: Document): Row {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { type }]) => [
      name,
      type === "json" ? JSON.parse(String(row[name])) : row[name],
    ]),
  );
}

/** The row of a document that anybody may have changed, or what is wrong with it. */
export function decodeStored(model: ReadModel, document: Document): Row | string {
  try {
    const row = decodeRow(model, document);
    for (const [name, column] of Object.entries(model.columns)) {
      const problem = problemOf(column, row[name]);
      if (problem !== undefined) return `column "${name}": ${problem}.`;
    }
    return row;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws InvalidRowError when the key does not fit a document's id. */
export function checkKey(model: ReadModel, key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes <= mostKeyBytes && key.isWellFormed()) return;
  const problem = bytes > mostKeyBytes ? `a key of ${bytes} bytes; OpenSearch takes ${mostKeyBytes}` : surrogate;
  throw invalidRow(model, key, Object.keys(model.columns).find((name) => model.columns[name]?.key) ?? "", problem);
}

const surrogate = "half of a surrogate pair";

/** What keeps a column from holding a value, if anything does. */
export function problemOf(column: Column, value: unknown): string | undefined {
  const problem = columnProblem(column, value);
  if (problem || value === null) return problem;
  if (column.type === "timestamp" && Number.isNaN(Date.parse(value as string))) return "a day that no calendar has";
  return column.type === "text" && !(value as string).isWellFormed() ? surrogate : undefined;
}

function invalidRow({ name }: ReadModel, key: string | undefined, column: string, problem: string): InvalidRowError {
  const place = key === undefined ? "" : `, key "${key.slice(0, 64)}"`;
  return new InvalidRowError(`read model "${name}"${place}, column "${column}": ${problem}.`);
}

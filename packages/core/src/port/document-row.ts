/** Rows as JSON documents, for targets that keep such: every column under its name, those of JSON as text. */
import { type Column, columnProblem } from "../definition/column.ts";
import { InvalidRowError } from "../errors.ts";
import type { ReadModel, Row } from "./read-model-store.ts";

/** @throws InvalidRowError when a column cannot hold its value. */
export function documentRow(model: ReadModel, row: Row, key?: string): Row {
  const entries = Object.entries(model.columns).map(([name, column]) => {
    const value = column.key ? key : row[name];
    const problem = documentProblem(column, value);
    if (problem) throw invalidRow(model, key, `column "${name}": ${problem}`);
    return [name, column.type === "json" ? JSON.stringify(value) : value];
  });
  return Object.fromEntries(entries);
}

/** The row that `documentRow` wrote. */
export function rowOfDocument({ columns }: ReadModel, document: Row): Row {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { type }]) => [
      name,
      type === "json" ? JSON.parse(String(document[name])) : document[name],
    ]),
  );
}

/** The row of a document that anybody may have changed, or what is wrong with it. */
export function storedDocumentRow(model: ReadModel, document: Row): Row | string {
  try {
    const row = rowOfDocument(model, document);
    for (const [name, column] of Object.entries(model.columns)) {
      const problem = documentProblem(column, row[name]);
      if (problem !== undefined) return `column "${name}": ${problem}.`;
    }
    return row;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What keeps a column from holding a value, if anything does. */
export function documentProblem(column: Column, value: unknown): string | undefined {
  const problem = columnProblem(column, value);
  if (problem || value === null) return problem;
  if (column.type === "timestamp" && Number.isNaN(Date.parse(value as string))) return "a day that no calendar has";
  return column.type === "text" && !(value as string).isWellFormed() ? halfPair : undefined;
}

/**
 * For what a service's ids cannot hold.
 * @throws InvalidRowError when the key is longer than `mostBytes` of UTF-8, or none.
 */
export function checkDocumentKey(model: ReadModel, key: string, mostBytes: number): void {
  const bytes = utf8Bytes(key);
  if (bytes <= mostBytes && key.isWellFormed()) return;
  const column = Object.keys(model.columns).find((name) => model.columns[name]?.key) ?? "";
  const problem = bytes > mostBytes ? `a key of ${bytes} bytes; the target takes ${mostBytes}` : halfPair;
  throw invalidRow(model, key, `column "${column}": ${problem}`);
}

/** Names read model and key; `problem` says the rest. */
export function invalidRow({ name }: ReadModel, key: string | undefined, problem: string): InvalidRowError {
  const place = key === undefined ? "" : `, key "${key.slice(0, 64)}"`;
  return new InvalidRowError(`read model "${name}"${place}, ${problem}.`);
}

const halfPair = "half of a surrogate pair";

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character.codePointAt(0) as number);
  return bytes;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** A text that is too long for an index is a fault of the row: the next step with it would fail in the same way. */
import type { InvalidRowError } from "foldstream";
import type { ReadModel, ReadModelWrite } from "foldstream/port";
import { codeOf } from "../errors.ts";
import { keyColumn } from "./relation-name.ts";
import { invalidRow } from "./row-codec.ts";

/** `program_limit_exceeded`. */
const limitExceeded = "54000";

/** The error in terms of the row with the longest text in a column that is indexed; any other error as it is. */
export function explainTooLong(error: unknown, model: ReadModel, { rows, facts }: ReadModelWrite): unknown {
  const cause = (error as { cause?: unknown }).cause;
  if (codeOf(cause) !== limitExceeded || !/index row/.test(String(cause))) return error;
  const texts = [
    ...rows.flatMap(({ key, row }) => (row === null ? [] : textsOf(model, { ...row, [keyColumn(model)]: key }, key))),
    ...facts.flatMap(({ row }) => (row === null ? [] : textsOf(model, row, undefined))),
  ];
  const longest = texts.reduce((left, right) => (right.bytes > left.bytes ? right : left), texts[0] as IndexedText);
  return longest ? tooLong(model, longest) : error;
}

interface IndexedText {
  readonly key: string | undefined;
  readonly column: string;
  readonly bytes: number;
}

function textsOf(model: ReadModel, row: Readonly<Record<string, unknown>>, key: string | undefined): IndexedText[] {
  const indexed = new Set([...model.indexes.flat(), ...(key === undefined ? [] : [keyColumn(model)])]);
  return [...indexed]
    .map((column) => ({ key, column, value: row[column] }))
    .map(({ value, ...text }) => ({
      ...text,
      bytes: Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value)),
    }));
}

function tooLong(model: ReadModel, { key, column, bytes }: IndexedText): InvalidRowError {
  const shown = key !== undefined && key.length > 100 ? `${key.slice(0, 100)}...` : key;
  const problem = `${bytes} bytes in a column that is indexed, where PostgreSQL holds about 2,700 after compression`;
  return invalidRow(model, shown, column, problem);
}

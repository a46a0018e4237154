/** The sort keys of index entries: the values of the index's columns, then the key of the document. */
import { createHash } from "node:crypto";
import type { Column } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import { mostKeyBytes } from "../read-model/keys.ts";
import { end, sortable } from "./sortable.ts";

/** Columns, in the order in which they are declared. */
export type Index = readonly string[];

/** So many bytes tell what order two entries are in; of a longer sort key, a digest takes the place of the rest. */
const telling = 900;

/** So many of them are left wherever the last character begins, which takes up to four bytes and is whole or not there. */
const certain = telling - 3;

export function sortKeyOf({ columns }: ReadModel, index: Index, row: Row, key: string): string {
  const values = index.map((name) => sortable(columns[name] as Column, row[name]) + end);
  const whole = values.join("") + key;
  if (Buffer.byteLength(whole) <= mostKeyBytes) return whole;
  return firstBytes(whole, telling) + end + createHash("sha256").update(whole).digest("base64url");
}

/** What the sort keys of rows begin with that equal `values` in the first columns of the index. */
export function beginningOf({ columns }: ReadModel, index: Index, where: Partial<Row>): string {
  return firstBytes(index.map((name) => sortable(columns[name] as Column, where[name]) + end).join(""), telling);
}

/** Entries with the same group are in no certain order, as far as the first columns go; `undefined` for all, and for the key too. */
export function groupOf(sortKey: string, columns: number | undefined): string {
  if (columns === undefined) return firstBytes(sortKey, certain);
  let length = 0;
  for (let column = 0; column < columns; column++) {
    const next = sortKey.indexOf(end, length);
    if (next < 0) return firstBytes(sortKey, certain);
    length = next + 1;
  }
  return firstBytes(sortKey.slice(0, length), certain);
}

/** Whole characters of text that take at most so many bytes. */
function firstBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) return text;
  let length = bytes;
  while (((buffer[length] as number) & 0xc0) === 0x80) length--;
  return buffer.toString("utf8", 0, length);
}

/** Rows between the port's form and the items of the table. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Column, columnProblem, InvalidRowError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import type { Item } from "../database/database.ts";
import { type Entries, entriesOf } from "../read-model-index/entries.ts";

export type Values = Record<string, AttributeValue>;

/** @throws InvalidRowError when a column cannot hold its value. */
export function encodeRow(model: ReadModel, row: Row, key?: string): Values {
  const values: Values = {};
  for (const [name, column] of Object.entries(model.columns)) {
    const value = column.key ? key : row[name];
    const problem = columnProblem(column, value);
    if (problem) throw invalidRow(model, key, name, problem);
    values[name] = encode(column, value);
  }
  return values;
}

export function decodeRow(model: ReadModel, values: Values): Row {
  return Object.fromEntries(
    Object.entries(model.columns).map(([name, column]) => [name, decode(column, values[name] ?? { NULL: true })]),
  );
}

/** The row, or what keeps its attributes from being one: what no write of ours leaves is a problem, not a value. */
export function decodeStored(model: ReadModel, values: Values): Row | string {
  const row: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(model.columns)) {
    const stored = values[name];
    const fits = stored !== undefined && attributeTypes[column.type].some((type) => type in stored);
    if (!fits)
      return `column "${name}": ${Object.keys(stored ?? {})[0] ?? "nothing"} in a column of type ${column.type}`;
    const problem = columnProblem(column, decode(column, stored));
    if (problem) return `column "${name}": ${problem}`;
    row[name] = decode(column, stored);
  }
  return row;
}

/** The attribute types that `encode` writes. */
const attributeTypes: Readonly<Record<Column["type"], readonly string[]>> = {
  text: ["S", "NULL"],
  integer: ["N", "NULL"],
  real: ["N", "S", "NULL"],
  boolean: ["BOOL", "NULL"],
  timestamp: ["S", "NULL"],
  json: ["S"],
};

export function invalidRow(
  { name }: ReadModel,
  key: string | undefined,
  column: string,
  problem: string,
): InvalidRowError {
  const place = key === undefined ? "" : `, key "${key.slice(0, 64)}"`;
  return new InvalidRowError(`read model "${name}"${place}, column "${column}": ${problem}.`);
}

function encode(column: Column, value: unknown): AttributeValue {
  if (column.type === "json") return { S: JSON.stringify(value) };
  if (value === null) return { NULL: true };
  if (column.type === "boolean") return { BOOL: value as boolean };
  if (column.type === "integer" || column.type === "real") return encodeNumber(value as number);
  return { S: value as string };
}

/** DynamoDB's numbers go from 1e-130 to 9.9e125 (docs: "Data types"); doubles go further, as text. */
function encodeNumber(value: number): AttributeValue {
  const size = Math.abs(value);
  return size === 0 || (size > 1e-130 && size < 1e125) ? { N: String(value) } : { S: String(value) };
}

function decode(column: Column, value: AttributeValue): unknown {
  if (value.NULL) return null;
  if (column.type === "json") return JSON.parse(value.S ?? "null");
  if (column.type === "boolean") return value.BOOL;
  if (column.type === "integer" || column.type === "real") return Number(value.N ?? value.S);
  return value.S;
}

/** Positions by partition. */
export type Includes = Readonly<Record<string, number>>;

/** How far a document includes each partition that it has events of. */
export function includesOf(item: Item): Includes {
  return Object.fromEntries(Object.entries(item.includes?.M ?? {}).map(([partition, { N }]) => [partition, Number(N)]));
}

export function includesAttribute(includes: Includes): AttributeValue {
  return {
    M: Object.fromEntries(
      Object.entries(includes).map(([partition, position]) => [partition, { N: String(position) }]),
    ),
  };
}

/** What a step hands back of a document that it loaded: which writing of it that was, what that included, and where it is indexed. */
export interface Revision {
  readonly id: string;
  readonly includes: Includes;
  readonly entries: Entries;
}

export function revisionOf(model: ReadModel, item: Item, row: Row | undefined): Revision {
  return { id: item.revision?.S ?? "", includes: includesOf(item), entries: entriesOf(model, item, row) };
}

export function revisionText(revision: Revision): string {
  return JSON.stringify(revision);
}

export function parseRevision(text: string): Revision {
  return JSON.parse(text) as Revision;
}

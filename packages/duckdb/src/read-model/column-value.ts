/** Values of columns between the port's form and DuckDB's. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  TIMESTAMP,
  VARCHAR,
} from "@duckdb/node-api";
import { type Column, columnProblem } from "foldstream";

interface SqlType {
  /** As DuckDB lists it. */
  readonly name: string;
  readonly boundAs: DuckDBType;
  encode(value: unknown): DuckDBValue;
  append(appender: DuckDBAppender, value: DuckDBValue): void;
  decode(value: DuckDBValue): unknown;
}

const asItIs = (value: unknown) => value as DuckDBValue;
const appendText = (appender: DuckDBAppender, value: DuckDBValue) => appender.appendVarchar(value as string);

const sqlTypes: Readonly<Record<Column["type"], SqlType>> = {
  text: { name: "VARCHAR", boundAs: VARCHAR, encode: asItIs, append: appendText, decode: asItIs },
  integer: {
    name: "BIGINT",
    boundAs: BIGINT,
    encode: (value) => BigInt(value as number),
    append: (appender, value) => appender.appendBigInt(value as bigint),
    decode: Number,
  },
  real: {
    name: "DOUBLE",
    boundAs: DOUBLE,
    encode: asItIs,
    append: (appender, value) => appender.appendDouble(value as number),
    decode: asItIs,
  },
  boolean: {
    name: "BOOLEAN",
    boundAs: BOOLEAN,
    encode: asItIs,
    append: (appender, value) => appender.appendBoolean(value as boolean),
    decode: asItIs,
  },
  timestamp: {
    name: "TIMESTAMP",
    boundAs: TIMESTAMP,
    encode: (value) => new DuckDBTimestampValue(BigInt(Date.parse(value as string)) * 1_000n),
    append: (appender, value) => appender.appendTimestamp(value as DuckDBTimestampValue),
    decode: (value) => isoInstant(value as DuckDBTimestampValue),
  },
  json: {
    name: "JSON",
    boundAs: VARCHAR,
    encode: (value) => JSON.stringify(value),
    append: appendText,
    decode: (value) => JSON.parse(value as string),
  },
};

export function typeName({ type }: Column): string {
  return sqlTypes[type].name;
}

export function boundAs({ type }: Column): DuckDBType {
  return sqlTypes[type].boundAs;
}

/** What keeps a column from holding a value, if anything does. DuckDB's text is UTF-8. */
export function problemOf(column: Column, value: unknown): string | undefined {
  const problem = columnProblem(column, value);
  if (problem || value === null) return problem;
  if (column.type === "timestamp" && Number.isNaN(Date.parse(value as string))) return "a day that no calendar has";
  return column.type === "text" && !(value as string).isWellFormed() ? "half of a surrogate pair" : undefined;
}

/** Of a value that has no problem. */
export function sqlValue({ type }: Column, value: unknown): DuckDBValue {
  return value === null && type !== "json" ? null : sqlTypes[type].encode(value);
}

export function append(appender: DuckDBAppender, { type }: Column, value: DuckDBValue): void {
  if (value === null) appender.appendNull();
  else sqlTypes[type].append(appender, value);
}

export function columnValue({ type }: Column, value: DuckDBValue): unknown {
  return value === null ? null : sqlTypes[type].decode(value);
}

/** With milliseconds, in UTC. */
export function isoInstant({ micros }: { readonly micros: bigint }): string {
  return new Date(Number(micros / 1_000n)).toISOString();
}

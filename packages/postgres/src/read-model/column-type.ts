/** The types of columns in PostgreSQL, and how their values go in and come out. */
import type { Column } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { quoted } from "../database/sql-name.ts";

interface SqlType {
  /** As `format_type` writes it. */
  readonly name: string;
  /** What an array of values is sent as. */
  readonly sentAs: string;
}

const sqlTypes: Readonly<Record<Column["type"], SqlType>> = {
  text: { name: "text", sentAs: "text" },
  integer: { name: "bigint", sentAs: "bigint" },
  real: { name: "double precision", sentAs: "double precision" },
  boolean: { name: "boolean", sentAs: "boolean" },
  timestamp: { name: "timestamp with time zone", sentAs: "text" },
  json: { name: "jsonb", sentAs: "text" },
};

export function typeName({ type }: Column): string {
  return sqlTypes[type].name;
}

/** The declaration of a column. Text is compared and sorted by its bytes in UTF-8: by code point, whatever the server's locale. */
export function columnDefinition(column: Column): string {
  const collation = column.type === "text" ? ` COLLATE "C"` : "";
  return `${typeName(column)}${collation}${column.nullable ? "" : " NOT NULL"}`;
}

/** The type of the array that carries a column's values. */
export function arrayType({ type }: Column): string {
  return `${sqlTypes[type].sentAs}[]`;
}

/** A value that was sent in an array, as the column takes it. */
export function received({ type }: Column, expression: string): string {
  const { name, sentAs } = sqlTypes[type];
  return name === sentAs ? expression : `${expression}::${name}`;
}

/** What a reader selects of the table `t`, in the order of the declared columns. */
export function columnsRead({ columns }: ReadModel): string {
  return Object.entries(columns)
    .map(([name, column]) => readable(column, `t.${quoted(name)}`))
    .join(", ");
}

/** The same for an audit: instants with what they have beyond milliseconds, which no write of ours leaves. */
export function columnsStored({ columns }: ReadModel): string {
  return Object.entries(columns)
    .map(([name, column]) => inFull(column, `t.${quoted(name)}`))
    .join(", ");
}

/** Instants come as the text that handlers wrote, whatever time zone and format the session has. */
function readable({ type }: Column, expression: string): string {
  if (type !== "timestamp") return expression;
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

function inFull(column: Column, expression: string): string {
  if (column.type !== "timestamp") return readable(column, expression);
  const beyond = `(extract(microseconds FROM ${expression})::bigint % 1000)`;
  return `CASE WHEN isfinite(${expression}) AND ${beyond} = 0 THEN ${readable(column, expression)} ELSE ${expression}::text END`;
}

/** Values of SQL from outside, as read models give them: instants as ISO text with milliseconds, JSON parsed, numbers as numbers. */
import {
  DuckDBDecimalValue,
  DuckDBListValue,
  type DuckDBResultReader,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { isoInstant } from "./column-value.ts";

export function selectedRows(reader: DuckDBResultReader): Record<string, unknown>[] {
  const names = reader.deduplicatedColumnNames();
  const types = reader.columnTypes();
  return reader
    .getRows()
    .map((values) => Object.fromEntries(values.map((value, at) => [names[at] as string, selected(value, types[at])])));
}

/** Whole numbers beyond 2^53, and what JSON has no word for, such as days and intervals, come as text. */
function selected(value: DuckDBValue, type?: DuckDBType): unknown {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return type?.alias === "JSON" ? JSON.parse(value) : value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return isoInstant(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map((item) => selected(item));
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, selected(entry)]));
  return String(value);
}

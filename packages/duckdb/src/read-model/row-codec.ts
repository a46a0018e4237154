/** Rows between the port's form and DuckDB's. */
import type { DuckDBValue } from "@duckdb/node-api";
import { InvalidRowError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import { columnValue, problemOf, sqlValue } from "./column-value.ts";

/** The values of a row in the order of the declared columns. @throws InvalidRowError for what a column cannot hold. */
export function encodeRow(model: ReadModel, row: Row, key?: string): DuckDBValue[] {
  return Object.entries(model.columns).map(([name, column]) => {
    const value = column.key ? key : row[name];
    const problem = problemOf(column, value);
    if (problem === undefined) return sqlValue(column, value);
    const place = key === undefined ? "" : `, key "${key}"`;
    throw new InvalidRowError(`read model "${model.name}"${place}, column "${name}": ${problem}.`);
  });
}

/** The row of the values of the declared columns, in their order. */
export function decodeRow(model: ReadModel, values: readonly DuckDBValue[]): Row {
  const columns = Object.entries(model.columns);
  return Object.fromEntries(
    columns.map(([name, column], index) => [name, columnValue(column, values[index] as DuckDBValue)]),
  );
}

/** The row of values that anybody may have changed, or what is wrong with them. */
export function decodeStored(model: ReadModel, values: readonly DuckDBValue[]): Row | string {
  try {
    const row = decodeRow(model, values);
    for (const [name, column] of Object.entries(model.columns)) {
      const problem = problemOf(column, row[name]);
      if (problem !== undefined) return `column "${name}": ${problem}.`;
    }
    return row;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Rows between the port's form and SQLite's values. */
import { type Column, columnProblem, InvalidRowError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";

export type SqlValue = string | number | null;

/** The values of a row in the order of the declared columns. Refuses what a column cannot hold. */
export type EncodeRow = (row: Row, key?: string) => SqlValue[];
/** The row of the values of the declared columns, in their order. */
export type DecodeRow = (values: readonly SqlValue[]) => Row;

export function encoder(model: ReadModel): EncodeRow {
  const columns = Object.entries(model.columns);
  return (row, key) =>
    columns.map(([name, column]) => {
      const value = column.key ? key : row[name];
      const problem = columnProblem(column, value);
      if (problem) throw invalidRow(model, key, name, problem);
      return sqlValue(column, value);
    });
}

export function decoder(model: ReadModel): DecodeRow {
  const columns = Object.entries(model.columns);
  return (values) => {
    const row: Record<string, unknown> = {};
    columns.forEach(([name, column], index) => {
      row[name] = decode(column, values[index] as SqlValue);
    });
    return row;
  };
}

function invalidRow({ name }: ReadModel, key: string | undefined, column: string, problem: string): InvalidRowError {
  const place = key === undefined ? "" : `, key "${key}"`;
  return new InvalidRowError(`read model "${name}"${place}, column "${column}": ${problem}.`);
}

/** The SQL value of a column's value, for rows and for comparisons alike. */
export function sqlValue(column: Column, value: unknown): SqlValue {
  if (column.type === "json") return JSON.stringify(value);
  if (column.type === "boolean" && value !== null) return value ? 1 : 0;
  return value as SqlValue;
}

function decode(column: Column, value: SqlValue): unknown {
  if (value === null) return null;
  if (column.type === "json") return JSON.parse(value as string);
  return column.type === "boolean" ? value === 1 : value;
}

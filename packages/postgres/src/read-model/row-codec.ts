/** Rows between the port's form and PostgreSQL's. */
import { InvalidRowError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import { columnValue, sqlValue, Unfit } from "./column-value.ts";
import { searchVector } from "./search-words.ts";

/** The values of a row in the order of the declared columns, then its words where there is search. Refuses what a column cannot hold. */
export type EncodeRow = (row: Row, key?: string) => SqlValue[];
/** The row of the values of the declared columns, in their order. */
export type DecodeRow = (values: readonly SqlValue[]) => Row;

export function encoder(model: ReadModel): EncodeRow {
  const columns = Object.entries(model.columns);
  const searched = model.search.map((name) => columns.findIndex(([column]) => column === name));
  return (row, key) => {
    const values = columns.map(([name, column]) => {
      const value = sqlValue(column, column.key ? key : row[name]);
      if (value instanceof Unfit) throw invalidRow(model, key, name, value.problem);
      return value;
    });
    if (searched.length > 0) values.push(searchVector(searched.map((index) => String(values[index] ?? ""))));
    return values;
  };
}

export function decoder(model: ReadModel): DecodeRow {
  const columns = Object.entries(model.columns);
  return (values) => {
    const row: Record<string, unknown> = {};
    columns.forEach(([name, column], index) => {
      row[name] = columnValue(column, values[index] as SqlValue);
    });
    return row;
  };
}

export function invalidRow({ name }: ReadModel, key: string | undefined, column: string, problem: string) {
  const place = key === undefined ? "" : `, key "${key}"`;
  return new InvalidRowError(`read model "${name}"${place}, column "${column}": ${problem}.`);
}

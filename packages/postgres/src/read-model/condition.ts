/** Conditions of readers in SQL, in forms that an index serves. */
import { knownColumn, type ReadModel, type Row } from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import { quoted } from "../database/sql-name.ts";
import { typeName } from "./column-type.ts";
import { sqlValue, Unfit } from "./column-value.ts";

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/**
 * Rows whose columns equal the values of `where`. JSON is equal as a value: the order of keys does not count.
 * @throws FoldstreamError `unknown-name`
 */
export function conditionOf(model: ReadModel, where: Partial<Row> = {}): Condition {
  const values: SqlValue[] = [];
  const tests = Object.entries(where)
    .filter(([, value]) => value !== undefined)
    .map(([name, wanted]) => {
      const column = model.columns[knownColumn(model, name)] as ReadModel["columns"][string];
      const value = sqlValue(column, wanted);
      // What the column cannot hold is in no row, and PostgreSQL would refuse to compare it.
      if (value instanceof Unfit) return "false";
      if (value === null) return `t.${quoted(name)} IS NULL`;
      values.push(value);
      return `t.${quoted(name)} = $${values.length}::${typeName(column)}`;
    });
  return { sql: tests.length > 0 ? ` WHERE ${tests.join(" AND ")}` : "", values };
}

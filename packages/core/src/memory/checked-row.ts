/** A row as a table holds it: every declared column and nothing else. */
import { columnProblem } from "../definition/column.ts";
import { InvalidRowError } from "../errors.ts";
import type { ReadModel, Row } from "../port/read-model-store.ts";

/** @throws InvalidRowError */
export function checkedRow(model: ReadModel, row: Row, key?: string): Row {
  const entries = Object.entries(model.columns).map(([name, column]) => {
    const value = column.key ? key : row[name];
    const problem = columnProblem(column, value);
    if (problem)
      throw new InvalidRowError(
        `read model "${model.name}"${key === undefined ? "" : `, key "${key}"`}, column "${name}": ${problem}.`,
      );
    return [name, value];
  });
  return Object.fromEntries(entries);
}

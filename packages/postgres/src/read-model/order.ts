/** The order of readers in SQL, in the words of the index where there is one. */
import { type FindOptions, knownColumn, type ReadModel, type Row } from "foldstream/port";
import { quoted } from "../database/sql-name.ts";
import { primaryKey } from "./relation-name.ts";

/**
 * Null before everything, ties by key or by feed order. JSON sorts as PostgreSQL sorts it: null, text, numbers, booleans, lists, objects.
 * @throws FoldstreamError `unknown-name`
 */
export function orderOf(model: ReadModel, orderBy: NonNullable<FindOptions<Row>["orderBy"]>): string {
  const sorted = orderBy.map(([name, direction]) => {
    const nullable = model.columns[knownColumn(model, name)]?.nullable;
    const nulls = direction === "asc" ? " NULLS FIRST" : " NULLS LAST";
    return `t.${quoted(name)} ${direction === "asc" ? "ASC" : "DESC"}${nullable ? nulls : ""}`;
  });
  return [...sorted, ...primaryKey(model).map((name) => `t.${quoted(name)}`)].join(", ");
}

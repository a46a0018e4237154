/** Reads one read model with SQL made from its declaration. */
import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import {
  checkedLimit,
  checkedOffset,
  checkSearchable,
  type FindOptions,
  knownColumn,
  type ReadModel,
  type ReadModelReader,
  type Row,
} from "foldstream/port";
import type { Database, Statement } from "../database/database.ts";
import { boundAs, problemOf, sqlValue } from "./column-value.ts";
import { decodeRow } from "./row-codec.ts";
import { matching } from "./search-words.ts";
import { keyColumn, quoted, tableName, tieBreak } from "./sql-name.ts";

type Condition = Required<Statement>;

export function duckDbReader(database: Database, model: ReadModel): ReadModelReader {
  const table = `${quoted(tableName(model))} t`;
  const columns = Object.keys(model.columns)
    .map((name) => `t.${quoted(name)}`)
    .join(", ");
  const all = async (statement: Statement): Promise<Row[]> =>
    (await database.rows(statement)).map((values) => decodeRow(model, values));

  return {
    async get(key) {
      if (model.kind === "facts") return undefined;
      const sql = `SELECT ${columns} FROM ${table} WHERE t.${quoted(keyColumn(model))} = $1`;
      const [row] = await all({ sql, values: [key] });
      return row;
    },

    async find({ where, orderBy = [], limit, offset }: FindOptions<Row> = {}) {
      const condition = conditionOf(model, where);
      const order = [...orderBy.map((by) => orderOf(model, by)), tieBreak(model)].join(", ");
      const page = `LIMIT ${checkedLimit(limit)} OFFSET ${checkedOffset(offset)}`;
      return all({ ...condition, sql: `SELECT ${columns} FROM ${table} ${condition.sql} ORDER BY ${order} ${page}` });
    },

    async count(where) {
      const condition = conditionOf(model, where);
      const [row] = await database.rows({ ...condition, sql: `SELECT count(*) FROM ${table} ${condition.sql}` });
      return Number(row?.[0]);
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const most = checkedLimit(limit);
      const match = matching(model, text);
      if (!match) return [];
      const order = `${match.rank}, ${tieBreak(model)}`;
      const sql = `SELECT ${columns} FROM ${table} WHERE ${match.condition} ORDER BY ${order} LIMIT ${most}`;
      return all({ sql, values: match.words });
    },
  };
}

/** Null comes before everything. */
function orderOf(model: ReadModel, [name, direction]: readonly [string, "asc" | "desc"]): string {
  const column = `t.${quoted(knownColumn(model, name))}`;
  return direction === "asc" ? `${column} ASC NULLS FIRST` : `${column} DESC NULLS LAST`;
}

function conditionOf(model: ReadModel, where: Partial<Row> = {}): Condition {
  const tests: string[] = [];
  const values: DuckDBValue[] = [];
  const types: DuckDBType[] = [];
  for (const [name, value] of Object.entries(where)) {
    const column = model.columns[knownColumn(model, name)];
    if (!column || value === undefined) continue;
    if (value === null && column.type !== "json") {
      tests.push(`t.${quoted(name)} IS NULL`);
    } else if (problemOf(column, value)) {
      // What the column cannot hold, no row has.
      tests.push("FALSE");
    } else {
      values.push(sqlValue(column, value));
      types.push(boundAs(column));
      tests.push(`t.${quoted(name)} = $${values.length}`);
    }
  }
  return { sql: tests.length > 0 ? `WHERE ${tests.join(" AND ")}` : "", values, types };
}

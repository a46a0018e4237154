/** Queries over one read model in SQL. Column names come from its declaration. */
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
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { columnsRead } from "./column-type.ts";
import { isStorableText, type SqlValue } from "./column-value.ts";
import { conditionOf } from "./condition.ts";
import { keyColumn, primaryKey, searchColumn, tableIn } from "./relation-name.ts";
import { decoder } from "./row-codec.ts";
import { searchQuery } from "./search-words.ts";

/** Of the searched columns, the last one first: each counts ten times as much as the next. */
const rank = `ts_rank('{0.001, 0.01, 0.1, 1}', t.${quoted(searchColumn)}, $1::tsquery)`;

export function postgresReader(database: Database, model: ReadModel): ReadModelReader {
  const from = `FROM ${tableIn(database.schema, model)} t`;
  const columns = columnsRead(model);
  const tieBreak = primaryKey(model).map((name) => `t.${quoted(name)}`);
  const decode = decoder(model);
  const all = async (sql: string, values: readonly SqlValue[]) =>
    (await database.rows<SqlValue[]>(`SELECT ${columns} ${from}${sql}`, values)).map(decode);

  return {
    async get(key) {
      if (model.kind === "facts" || !isStorableText(key)) return undefined;
      const [row] = await all(` WHERE t.${quoted(keyColumn(model))} = $1`, [key]);
      return row;
    },

    async find({ where, orderBy = [], limit, offset }: FindOptions<Row> = {}) {
      const { sql, values } = conditionOf(model, where);
      const order = [...orderBy.map(([name, direction]) => sorted(model, name, direction)), ...tieBreak].join(", ");
      const page = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
      return all(`${sql} ORDER BY ${order} ${page}`, [...values, checkedLimit(limit), checkedOffset(offset)]);
    },

    async count(where) {
      const { sql, values } = conditionOf(model, where);
      const [row] = await database.rows<[number]>(`SELECT count(*) ${from}${sql}`, values);
      return row?.[0] ?? 0;
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const most = checkedLimit(limit);
      const query = searchQuery(text);
      if (query === undefined) return [];
      const found = ` WHERE t.${quoted(searchColumn)} @@ $1::tsquery ORDER BY ${rank} DESC, ${tieBreak.join(", ")} LIMIT $2`;
      return all(found, [query, most]);
    },
  };
}

/** Null before everything, in the words of the index if there is one. */
function sorted(model: ReadModel, name: string, direction: "asc" | "desc"): string {
  const nullable = model.columns[knownColumn(model, name)]?.nullable;
  const nulls = direction === "asc" ? " NULLS FIRST" : " NULLS LAST";
  return `t.${quoted(name)} ${direction === "asc" ? "ASC" : "DESC"}${nullable ? nulls : ""}`;
}

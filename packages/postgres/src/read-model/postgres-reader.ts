/** Queries over one read model in SQL. Column names come from its declaration. */
import {
  checkedLimit,
  checkedOffset,
  checkSearchable,
  type FindOptions,
  type ReadModel,
  type ReadModelReader,
  type Row,
} from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { columnsRead } from "./column-type.ts";
import { isStorableText } from "./column-value.ts";
import { conditionOf } from "./condition.ts";
import { orderOf } from "./order.ts";
import { keyColumn, searchColumn, tableIn } from "./relation-name.ts";
import { decoder } from "./row-codec.ts";
import { searchQuery } from "./search-words.ts";

/** Of the searched columns, the last one first: each counts ten times as much as the next. */
const rank = `ts_rank('{0.001, 0.01, 0.1, 1}', t.${quoted(searchColumn)}, $1::tsquery)`;

export function postgresReader(database: Database, model: ReadModel): ReadModelReader {
  const from = `FROM ${tableIn(database.schema, model)} t`;
  const columns = columnsRead(model);
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
      const page = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
      return all(`${sql} ORDER BY ${orderOf(model, orderBy)} ${page}`, [
        ...values,
        checkedLimit(limit),
        checkedOffset(offset),
      ]);
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
      const found = ` WHERE t.${quoted(searchColumn)} @@ $1::tsquery ORDER BY ${rank} DESC, ${orderOf(model, [])} LIMIT $2`;
      return all(found, [query, most]);
    },
  };
}

/** Reads one read model with SQL made from its declaration. */
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
import { decoder, type SqlValue, sqlValue } from "./row-codec.ts";
import { keyColumn, quoted, rowNumber, searchTableName, tableName } from "./sql-name.ts";

interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

export function sqliteReader(database: Database, model: ReadModel): ReadModelReader {
  const table = quoted(tableName(model));
  const columns = Object.keys(model.columns)
    .map((name) => `t.${quoted(name)}`)
    .join(", ");
  const tieBreak =
    model.kind === "facts" ? `t."~partition", t."~position", t."~index"` : `t.${quoted(keyColumn(model))}`;
  const decode = decoder(model);
  const all = (sql: string, parameters: readonly SqlValue[]) =>
    database.read(() => (database.cached(sql).all(...parameters) as unknown as SqlValue[][]).map(decode));

  return {
    async get(key) {
      if (model.kind === "facts") return undefined;
      const [row] = await all(`SELECT ${columns} FROM ${table} t WHERE ${tieBreak} = ?`, [key]);
      return row;
    },

    async find({ where, orderBy = [], limit, offset }: FindOptions<Row> = {}) {
      const condition = conditionOf(model, where);
      const order = [
        ...orderBy.map(
          ([name, direction]) => `t.${quoted(knownColumn(model, name))} ${direction === "asc" ? "ASC" : "DESC"}`,
        ),
        tieBreak,
      ];
      const sql = `SELECT ${columns} FROM ${table} t${condition.sql} ORDER BY ${order.join(", ")} LIMIT ? OFFSET ?`;
      return all(sql, [...condition.parameters, checkedLimit(limit), checkedOffset(offset)]);
    },

    async count(where) {
      const { sql, parameters } = conditionOf(model, where);
      const statement = `SELECT count(*) FROM ${table} t${sql}`;
      const [count] = await database.read(() => database.cached(statement).get(...parameters) as unknown as [number]);
      return count;
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const words = text.normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu);
      if (!words) return [];
      const search = quoted(searchTableName(model));
      const sql = `SELECT ${columns} FROM ${search} JOIN ${table} t ON t.${quoted(rowNumber)} = ${search}.rowid
        WHERE ${search} MATCH ? ORDER BY bm25(${search}, ${weights(model)}), ${tieBreak} LIMIT ?`;
      return all(sql, [words.map((word) => `"${word}"*`).join(" "), checkedLimit(limit)]);
    },
  };
}

/** Each column counts ten times as much as the next. */
function weights({ search }: ReadModel): string {
  return search.map((_, index) => 10 ** (search.length - index - 1)).join(", ");
}

function conditionOf(model: ReadModel, where: Partial<Row> = {}): Condition {
  const entries = Object.entries(where).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return { sql: "", parameters: [] };
  const tests = entries.map(([name]) => `t.${quoted(knownColumn(model, name))} IS ?`);
  const parameters = entries.map(([name, value]) =>
    sqlValue(model.columns[name] as ReadModel["columns"][string], value),
  );
  return { sql: ` WHERE ${tests.join(" AND ")}`, parameters };
}

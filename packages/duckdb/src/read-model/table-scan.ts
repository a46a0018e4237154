/** Reads every row as it is stored, whatever has become of it. */
import { BIGINT, type DuckDBValue, INTEGER, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { factKey, factPlace, type ReadModel, type ScannedRow, type ScanOptions, type ScanPage } from "foldstream/port";
import type { Database, Statement } from "../database/database.ts";
import { decodeStored } from "./row-codec.ts";
import { keyColumn, placeColumns, quoted, tableName } from "./sql-name.ts";

export async function scanTable(database: Database, model: ReadModel, options: ScanOptions): Promise<ScanPage> {
  const { limit } = options;
  const statement = model.kind === "facts" ? factsAfter(model, options) : rowsAfter(model, options);
  const stored = await database.rows(statement);
  const rows = stored.map((values) => scanned(model, values));
  const last = rows.at(-1);
  return { rows, ...(last && rows.length === limit && { next: last.key }) };
}

function rowsAfter(model: ReadModel, { after, limit, among }: ScanOptions): Statement {
  const key = quoted(keyColumn(model));
  const from = `SELECT ${key}, ${columnsOf(model)} FROM ${quoted(tableName(model))}`;
  const page = `ORDER BY ${key} LIMIT ${limit}`;
  if (among)
    return {
      sql: `${from} WHERE ${key} IN (SELECT unnest($1)) ${page}`,
      values: [listValue([...among])],
      types: [LIST(VARCHAR)],
    };
  return after === undefined
    ? { sql: `${from} ${page}` }
    : { sql: `${from} WHERE ${key} > $1 ${page}`, values: [after] };
}

function factsAfter(model: ReadModel, { after, limit }: ScanOptions): Statement {
  const place = placeColumns.map(quoted).join(", ");
  const from = `SELECT ${place}, ${columnsOf(model)} FROM ${quoted(tableName(model))}`;
  const page = `ORDER BY ${place} LIMIT ${limit}`;
  if (after === undefined) return { sql: `${from} ${page}` };
  const { partition, position, index } = factPlace(after);
  return {
    sql: `${from} WHERE (${place}) > ($1, $2, $3) ${page}`,
    values: [partition, BigInt(position), index],
    types: [VARCHAR, BIGINT, INTEGER],
  };
}

function scanned(model: ReadModel, stored: readonly DuckDBValue[]): ScannedRow {
  const places = model.kind === "facts" ? placeColumns.length : 1;
  const [first, position, index] = stored;
  const key =
    model.kind === "facts"
      ? factKey({ partition: String(first), position: Number(position), index: Number(index) })
      : String(first);
  const decoded = decodeStored(model, stored.slice(places));
  return typeof decoded === "string" ? { key, problem: decoded } : { key, row: decoded };
}

function columnsOf({ columns }: ReadModel): string {
  return Object.keys(columns).map(quoted).join(", ");
}

/** Reads every row as it is stored, whatever has become of it. */
import { columnProblem } from "foldstream";
import {
  factKey,
  factPlace,
  type ReadModel,
  type Row,
  type ScannedRow,
  type ScanOptions,
  type ScanPage,
} from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { columnsStored } from "./column-type.ts";
import { columnValue, isStorableText } from "./column-value.ts";
import { keyColumn, placeColumns, tableIn } from "./relation-name.ts";

type ScanTable = (options: ScanOptions) => Promise<ScanPage>;

export function tableScan(database: Database, model: ReadModel): ScanTable {
  return model.kind === "facts" ? factScan(database, model) : rowScan(database, model);
}

function rowScan(database: Database, model: ReadModel): ScanTable {
  const key = `t.${quoted(keyColumn(model))}`;
  const select = `SELECT ${key}, ${columnsStored(model)} FROM ${tableIn(database.schema, model)} t`;
  const page = (condition: string) => `${select}${condition} ORDER BY ${key} LIMIT $1`;
  const read = ({ after, limit, among }: ScanOptions) => {
    if (among)
      return database.rows<SqlValue[]>(page(` WHERE ${key} = ANY ($2::text[])`), [limit, among.filter(isStorableText)]);
    if (after === undefined) return database.rows<SqlValue[]>(page(""), [limit]);
    return database.rows<SqlValue[]>(page(` WHERE ${key} > $2`), [limit, after]);
  };
  return async (options) =>
    pageOf(
      options,
      (await read(options)).map(([found, ...values]) => scanned(model, found as string, values)),
    );
}

function factScan(database: Database, model: ReadModel): ScanTable {
  const place = placeColumns.map((name) => `t.${quoted(name)}`).join(", ");
  const sql = `SELECT ${place}, ${columnsStored(model)} FROM ${tableIn(database.schema, model)} t
    WHERE (${place}) > ($1, $2::bigint, $3::bigint) ORDER BY ${place} LIMIT $4`;
  return async (options) => {
    const { partition, position, index } = options.after === undefined ? beforeAll : factPlace(options.after);
    const rows = await database.rows<SqlValue[]>(sql, [partition, position, index, options.limit]);
    return pageOf(
      options,
      rows.map(([at, number, place, ...values]) =>
        scanned(model, factKey({ partition: String(at), position: Number(number), index: Number(place) }), values),
      ),
    );
  };
}

const beforeAll = { partition: "", position: -1, index: -1 };

function pageOf({ limit }: ScanOptions, rows: readonly ScannedRow[]): ScanPage {
  const last = rows.at(-1);
  return { rows, ...(last && rows.length === limit && { next: last.key }) };
}

function scanned({ columns }: ReadModel, key: string, values: readonly SqlValue[]): ScannedRow {
  const row: Record<string, unknown> = {};
  for (const [index, [name, column]] of Object.entries(columns).entries()) {
    const stored = values[index] as SqlValue;
    const nothing = stored === null && !column.nullable;
    const value = stored === null ? null : columnValue(column, stored);
    const problem = nothing ? "NULL in a column that is not nullable" : columnProblem(column, value);
    if (problem) return { key, problem: `column "${name}": ${problem}` };
    row[name] = value;
  }
  return { key, row: row as Row };
}

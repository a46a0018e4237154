/** Reads every row as it is stored, whatever has become of it. */
import type { StatementSync } from "node:sqlite";
import { factKey, factPlace, type ReadModel, type ScannedRow, type ScanOptions, type ScanPage } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { keyColumn, quoted, tableName } from "./sql-name.ts";
import { decodeStored, type StoredValue } from "./stored-row.ts";

type ScanTable = (options: ScanOptions) => ScanPage;

export function tableScan(database: Database, model: ReadModel): ScanTable {
  return model.kind === "facts" ? factScan(database, model) : rowScan(database, model);
}

/** Pages begin after the bytes of a key: its text would not do where it is not UTF-8, and the scan would never end. */
function rowScan(database: Database, model: ReadModel): ScanTable {
  const key = quoted(keyColumn(model));
  const select = `SELECT hex(${key}), ${key}, ${columnsOf(model)} FROM ${quoted(tableName(model))}`;
  const page = `ORDER BY ${key} LIMIT ?`;
  const from = exact(database, `${select} WHERE ${key} > CAST(? AS TEXT) ${page}`);
  const first = exact(database, `${select} ${page}`);
  const among = exact(database, `${select} WHERE ${key} IN (SELECT value FROM json_each(?)) ${page}`);
  const read = ({ after, limit, among: keys }: ScanOptions) => {
    if (keys) return among.all(JSON.stringify(keys), limit);
    return after === undefined ? first.all(limit) : from.all(Buffer.from(after, "hex"), limit);
  };
  return (options) => {
    const stored = read(options) as unknown as StoredValue[][];
    const rows = stored.map(([, found, ...values]) => scanned(model, found as string, values));
    return { rows, ...nextPage(stored, options, ([bytes]) => bytes as string) };
  };
}

function factScan(database: Database, model: ReadModel): ScanTable {
  const place = `"~partition", "~position", "~index"`;
  const select = `SELECT ${place}, ${columnsOf(model)} FROM ${quoted(tableName(model))}`;
  const statement = exact(database, `${select} WHERE (${place}) > (?, ?, ?) ORDER BY ${place} LIMIT ?`);
  return (options) => {
    const { partition, position, index } = options.after === undefined ? beforeAll : factPlace(options.after);
    const stored = statement.all(partition, position, index, options.limit) as unknown as StoredValue[][];
    const rows = stored.map((values) => scanned(model, keyOfFact(values), values.slice(3)));
    return { rows, ...nextPage(stored, options, keyOfFact) };
  };
}

const beforeAll = { partition: "", position: -1, index: -1 };

function keyOfFact([partition, position, index]: readonly StoredValue[]): string {
  return factKey({ partition: String(partition), position: Number(position), index: Number(index) });
}

function scanned(model: ReadModel, key: string, values: readonly StoredValue[]): ScannedRow {
  const decoded = decodeStored(model, values);
  return typeof decoded === "string" ? { key, problem: decoded } : { key, row: decoded };
}

function nextPage(
  stored: readonly StoredValue[][],
  { limit }: ScanOptions,
  placeOf: (values: readonly StoredValue[]) => string,
): Pick<ScanPage, "next"> {
  return stored.length === limit ? { next: placeOf(stored.at(-1) as StoredValue[]) } : {};
}

function columnsOf({ columns }: ReadModel): string {
  return Object.keys(columns).map(quoted).join(", ");
}

/** Whole numbers come in full: the driver refuses to read those that a double cannot hold. */
function exact(database: Database, sql: string): StatementSync {
  const statement = database.prepareArrays(sql);
  statement.setReadBigInts(true);
  return statement;
}

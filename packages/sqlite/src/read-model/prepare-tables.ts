/** Creates what read models need, and refuses a table whose columns are no longer those declared. */
import type { DatabaseSync } from "node:sqlite";
import type { Column } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { SqliteFileError } from "../errors.ts";
import { quoted, rowNumber, searchTableName, tableName } from "./sql-name.ts";

const sqlTypes: Readonly<Record<Column["type"], string>> = {
  text: "TEXT",
  integer: "INTEGER",
  real: "REAL",
  boolean: "INTEGER",
  timestamp: "TEXT",
  json: "TEXT",
};

/** Runs inside a transaction. */
export function prepareTables(connection: DatabaseSync, model: ReadModel): void {
  const table = quoted(tableName(model));
  const existing = connection
    .prepare(`SELECT name, type, "notnull" AS required FROM pragma_table_info(?)`)
    .all(tableName(model));
  const wanted = columnsOf(model);
  if (existing.length === 0) connection.exec(`CREATE TABLE ${table} (${tableBody(model)}) ${tableOptions(model)}`);
  else
    checkColumns(
      model,
      existing.map(({ name, type, required }) => `${name} ${type}${required ? " NOT NULL" : ""}`),
      wanted,
    );
  for (const columns of model.indexes) {
    const name = quoted(`${tableName(model)} by ${columns.join(", ")}`);
    connection.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${columns.map(quoted).join(", ")})`);
  }
  if (model.search.length > 0) prepareSearch(connection, model);
}

/** Runs inside a transaction. */
export function dropTables(connection: DatabaseSync, model: ReadModel): void {
  connection.exec(
    `DROP TABLE IF EXISTS ${quoted(searchTableName(model))}; DROP TABLE IF EXISTS ${quoted(tableName(model))}`,
  );
}

/** Columns as `pragma_table_info` describes them. */
function columnsOf(model: ReadModel): string[] {
  const own =
    model.kind === "facts" ? ["~partition TEXT NOT NULL", "~position INTEGER NOT NULL", "~index INTEGER NOT NULL"] : [];
  const numbered = model.search.length > 0 ? [`${rowNumber} INTEGER`] : [];
  return [
    ...own,
    ...numbered,
    ...Object.entries(model.columns).map(
      ([name, column]) => `${name} ${sqlTypes[column.type]}${column.nullable ? "" : " NOT NULL"}`,
    ),
  ];
}

function tableBody(model: ReadModel): string {
  const columns = Object.entries(model.columns).map(([name, column]) => {
    const unique = column.key ? (model.search.length > 0 ? " UNIQUE" : " PRIMARY KEY") : "";
    const check = column.type === "boolean" ? ` CHECK (${quoted(name)} IN (0, 1))` : "";
    return `${quoted(name)} ${sqlTypes[column.type]}${column.nullable ? "" : " NOT NULL"}${unique}${check}`;
  });
  if (model.kind === "facts") {
    const place = [`"~partition" TEXT NOT NULL`, `"~position" INTEGER NOT NULL`, `"~index" INTEGER NOT NULL`];
    return [...place, ...columns, `PRIMARY KEY ("~partition", "~position", "~index")`].join(", ");
  }
  return (model.search.length > 0 ? [`${quoted(rowNumber)} INTEGER PRIMARY KEY`, ...columns] : columns).join(", ");
}

/** Facts are only ever added, in the order of their key: a tree of row numbers beside that of keys would be written for nothing. */
function tableOptions({ kind }: ReadModel): string {
  return kind === "facts" ? "STRICT, WITHOUT ROWID" : "STRICT";
}

function checkColumns(model: ReadModel, found: readonly string[], wanted: readonly string[]): void {
  if (found.join() !== wanted.join()) throw otherColumns(model, wanted.join(", "), found.join(", "));
}

function otherColumns({ name, version }: ReadModel, declared: string, found: string): SqliteFileError {
  return new SqliteFileError(
    "other-columns",
    `read model "${name}" version ${version} exists with other columns. Declared: ${declared}. Found: ${found}. Raise the projection's version.`,
  );
}

/** The index follows the table by triggers, so it can neither lag nor drift. */
function prepareSearch(connection: DatabaseSync, model: ReadModel): void {
  const [table, search] = [tableName(model), searchTableName(model)];
  const columns = model.search.map(quoted).join(", ");
  const values = (row: "new" | "old") =>
    [`${row}.${quoted(rowNumber)}`, ...model.search.map((name) => `${row}.${quoted(name)}`)].join(", ");
  const add = `INSERT INTO ${quoted(search)} (rowid, ${columns}) VALUES (${values("new")});`;
  const remove = `INSERT INTO ${quoted(search)} (${quoted(search)}, rowid, ${columns}) VALUES ('delete', ${values("old")});`;
  const changed = model.search.map((name) => `old.${quoted(name)} IS NOT new.${quoted(name)}`).join(" OR ");
  const trigger = (event: string, body: string, condition = "") =>
    `CREATE TRIGGER ${quoted(`${search}_${event.toLowerCase()}`)} AFTER ${event} ON ${quoted(table)} ${condition} BEGIN ${body} END;`;
  const options = `content=${quoted(table)}, content_rowid=${quoted(rowNumber)}, tokenize='unicode61 remove_diacritics 2', prefix='2 3'`;
  const sql = `CREATE VIRTUAL TABLE ${quoted(search)} USING fts5(${columns}, ${options})`;
  const existing = connection.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(search);
  if (existing?.sql === sql) return;
  if (existing) throw otherColumns(model, `search in ${columns}`, String(existing.sql));
  connection.exec(`
    ${sql};
    ${trigger("INSERT", add)}
    ${trigger("DELETE", remove)}
    ${trigger("UPDATE", `${remove} ${add}`, `WHEN ${changed}`)}`);
}

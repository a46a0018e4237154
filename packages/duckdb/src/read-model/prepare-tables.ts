/** Creates what read models need, and refuses a table whose columns are no longer those declared. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ReadModel } from "foldstream/port";
import { rowsOf } from "../database/database.ts";
import { DuckDbFileError } from "../errors.ts";
import { typeName } from "./column-value.ts";
import { addBuild } from "./duckdb-builds.ts";
import { keyColumn, placeColumns, quoted, tableName } from "./sql-name.ts";

const placeTypes = ["VARCHAR", "BIGINT", "INTEGER"] as const;

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/**
 * Runs inside a transaction. Declared indexes are not made: DuckDB keeps the least and greatest value of each stretch of a column, and
 * passes over those that cannot match.
 */
export async function prepareTable(connection: DuckDBConnection, model: ReadModel): Promise<void> {
  const wanted = columnsOf(model);
  const found = await existingColumns(connection, tableName(model));
  if (found.length === 0) await connection.run(`CREATE TABLE ${quoted(tableName(model))} (${tableBody(model)})`);
  else checkColumns(model, found, wanted.map(described));
  await addBuild(connection, model);
}

function columnsOf({ kind, columns }: ReadModel): readonly TableColumn[] {
  const declared = Object.entries(columns).map(([name, column]) => {
    return { name, type: typeName(column), nullable: column.nullable };
  });
  const place = placeColumns.map((name, index) => ({ name, type: placeTypes[index] as string, nullable: false }));
  return kind === "facts" ? [...place, ...declared] : declared;
}

/** Facts need no key: a step adds them in the transaction that moves the checkpoint past them. */
function tableBody(model: ReadModel): string {
  const columns = columnsOf(model).map(
    ({ name, type, nullable }) => `${quoted(name)} ${type}${nullable ? "" : " NOT NULL"}`,
  );
  const key = model.kind === "table" ? [`PRIMARY KEY (${quoted(keyColumn(model))})`] : [];
  return [...columns, ...key].join(", ");
}

async function existingColumns(connection: DuckDBConnection, table: string): Promise<string[]> {
  const sql = `SELECT column_name, data_type, is_nullable FROM duckdb_columns()
    WHERE schema_name = 'main' AND table_name = $1 AND NOT internal ORDER BY column_index`;
  const rows = await rowsOf(connection, { sql, values: [table] });
  return rows.map(([name, type, nullable]) =>
    described({ name: String(name), type: String(type), nullable: nullable === true }),
  );
}

function described({ name, type, nullable }: TableColumn): string {
  return `${name} ${type}${nullable ? "" : " NOT NULL"}`;
}

function checkColumns({ name, version }: ReadModel, found: readonly string[], wanted: readonly string[]): void {
  if (found.join() === wanted.join()) return;
  throw new DuckDbFileError(
    "other-columns",
    `read model "${name}" version ${version} exists with other columns. Declared: ${wanted.join(", ")}. Found: ${found.join(", ")}. Raise the projection's version.`,
  );
}

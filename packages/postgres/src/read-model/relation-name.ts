/** Names of tables, columns and indexes. */
import { createHash } from "node:crypto";
import { StoreFailureError } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { quoted } from "../database/sql-name.ts";

/** PostgreSQL cuts longer names off, and two of them may then be the same. Declared names are ASCII, so a letter is a byte. */
const longest = 63;

/** Columns that every table of PostgreSQL has. */
const systemColumns: ReadonlySet<string> = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

/** The table of one build of a read model. Declared names have no tilde. */
export function tableName({ name, version, build = 0 }: ReadModel): string {
  return `${name}_v${version}${build === 0 ? "" : `~${build}`}`;
}

/** What tells a build from all others, in the order of the columns of the tables about builds. */
export function identity({ name, version, build = 0 }: ReadModel): [name: string, version: number, build: number] {
  return [name, version, build];
}

/** Its name in SQL, with the schema. */
export function tableIn(schema: string, model: ReadModel): string {
  return `${quoted(schema)}.${quoted(tableName(model))}`;
}

export function keyColumn(model: ReadModel): string {
  return Object.keys(model.columns).find((name) => model.columns[name]?.key) as string;
}

/** Where a fact came from, in feed order. */
export const placeColumns = ["~partition", "~position", "~index"] as const;

/** The words of a row, for full-text search. Declared names have no tilde. */
export const searchColumn = "~search";

/** What makes rows unique, and breaks ties. */
export function primaryKey(model: ReadModel): readonly string[] {
  return model.kind === "facts" ? placeColumns : [keyColumn(model)];
}

/** A name that is readable while it is short enough, and its own in any case. */
export function indexName(model: ReadModel, columns: readonly string[]): string {
  const name = `${tableName(model)} by ${columns.join(", ")}`;
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 17)}~${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** @throws StoreFailureError for names that PostgreSQL would cut off, or keeps for itself. */
export function checkNames(model: ReadModel): void {
  if (tableName(model).length > longest)
    throw refused(
      model,
      `its table would be "${tableName(model)}", and PostgreSQL cuts names off after ${longest} bytes`,
    );
  for (const column of Object.keys(model.columns)) {
    if (column.length > longest)
      throw refused(model, `PostgreSQL cuts the column "${column}" off after ${longest} bytes`);
    if (systemColumns.has(column))
      throw refused(model, `PostgreSQL has a column "${column}" of its own in every table`);
  }
}

function refused({ name }: ReadModel, why: string): StoreFailureError {
  return new StoreFailureError(`postgres: the read model "${name}" cannot be kept: ${why}. Choose another name.`);
}

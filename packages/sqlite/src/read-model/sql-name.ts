/** Names in SQL. */
import type { ReadModel } from "foldstream/port";

/** Quotes an identifier. Declared names hold letters, digits and underscores, so this is belt and braces. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table of one build of a read model. Declared names have no tilde. */
export function tableName({ name, version, build = 0 }: ReadModel): string {
  return `${name}_v${version}${build === 0 ? "" : `~${build}`}`;
}

/** What tells a build from all others, in the order of the columns of the tables about builds. */
export function identity({ name, version, build = 0 }: ReadModel): [name: string, version: number, build: number] {
  return [name, version, build];
}

export function searchTableName(model: ReadModel): string {
  return `${tableName(model)}_search`;
}

/** Row number of tables with search: declared, since SQLite may renumber hidden ones, and the search index refers to it. */
export const rowNumber = "~row";

export function keyColumn(model: ReadModel): string {
  return Object.keys(model.columns).find((name) => model.columns[name]?.key) as string;
}

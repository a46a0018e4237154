/** Names in SQL. */
import type { ReadModel } from "foldstream/port";

/** Quotes an identifier. Declared names hold letters, digits and underscores, so this is belt and braces. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table of one build of a read model, which also names it among checkpoints and leases. Declared names have no tilde. */
export function tableName({ name, version, build = 0 }: ReadModel): string {
  return `${name}_v${version}${build === 0 ? "" : `~${build}`}`;
}

export function keyColumn({ columns }: ReadModel): string {
  return Object.keys(columns).find((name) => columns[name]?.key) as string;
}

/** Where a fact came from. */
export const placeColumns = ["~partition", "~position", "~index"] as const;

/** What breaks ties in sorting, and sorts what nothing else sorts. */
export function tieBreak(model: ReadModel): string {
  return (model.kind === "facts" ? placeColumns : [keyColumn(model)]).map((name) => `t.${quoted(name)}`).join(", ");
}

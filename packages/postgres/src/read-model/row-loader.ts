/** Loads the rows of keys. */
import type { ReadModel, Row } from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { columnsRead } from "./column-type.ts";
import { isStorableText } from "./column-value.ts";
import { keyColumn, tableIn } from "./relation-name.ts";
import { decoder } from "./row-codec.ts";

export type LoadRows = (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

export function rowLoader(database: Database, model: ReadModel): LoadRows {
  if (model.kind === "facts") return async () => new Map();
  const key = keyColumn(model);
  const keyIndex = Object.keys(model.columns).indexOf(key);
  const decode = decoder(model);
  const statement = `SELECT ${columnsRead(model)} FROM ${tableIn(database.schema, model)} t WHERE t.${quoted(key)} = ANY ($1::text[])`;
  return async (keys) => {
    const possible = keys.filter(isStorableText);
    if (possible.length === 0) return new Map();
    const rows = await database.rows<SqlValue[]>(statement, [possible]);
    return new Map(rows.map((row) => [row[keyIndex] as string, decode(row)]));
  };
}

/** The statements of one version of one read model, compiled once. */
import type { ReadModel, ReadModelWrite, Row } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { type DecodeRow, decoder, type EncodeRow, encoder, type SqlValue } from "./row-codec.ts";
import { keyColumn, quoted, tableName } from "./sql-name.ts";

export class ModelStatements {
  readonly #encode: EncodeRow;
  readonly #decode: DecodeRow;
  readonly #keyIndex: number;
  readonly #load;
  readonly #put;
  readonly #remove;
  readonly #removeFact;

  constructor(database: Database, model: ReadModel) {
    this.#encode = encoder(model);
    this.#decode = decoder(model);
    this.#keyIndex = Object.keys(model.columns).indexOf(keyColumn(model));
    const { connection } = database;
    if (model.kind === "facts") {
      this.#put = connection.prepare(insertFact(model));
      this.#removeFact = connection.prepare(deleteFact(model));
      return;
    }
    const table = quoted(tableName(model));
    const key = quoted(keyColumn(model));
    const columns = Object.keys(model.columns).map(quoted).join(", ");
    this.#load = database.prepareArrays(
      `SELECT ${columns} FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`,
    );
    this.#put = connection.prepare(upsertRow(model));
    this.#remove = connection.prepare(`DELETE FROM ${table} WHERE ${key} = ?`);
  }

  load(keys: readonly string[]): Map<string, Row> {
    const rows = (this.#load?.all(JSON.stringify(keys)) ?? []) as unknown as SqlValue[][];
    return new Map(rows.map((row) => [row[this.#keyIndex] as string, this.#decode(row)]));
  }

  /** Encodes a step, which refuses what a column cannot hold, and returns how to write it. */
  writing({ partition, rows, facts }: ReadModelWrite): () => void {
    const removed = rows.filter(({ row }) => row === null).map(({ key }) => key);
    const kept = rows.filter(({ row }) => row !== null).map(({ key, row }) => this.#encode(row as Row, key));
    const withdrawn = facts.filter(({ row }) => row === null);
    const added = facts
      .filter(({ row }) => row !== null)
      .map(({ position, index, row }): SqlValue[] => [partition, position, index, ...this.#encode(row as Row)]);
    return () => {
      for (const key of removed) this.#remove?.run(key);
      for (const { position, index } of withdrawn) this.#removeFact?.run(partition, position, index);
      for (const values of kept) this.#put.run(...values);
      for (const values of added) this.#put.run(...values);
    };
  }
}

function upsertRow(model: ReadModel): string {
  const names = Object.keys(model.columns);
  const key = keyColumn(model);
  const updates = names.filter((name) => name !== key).map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  const resolution = updates.length > 0 ? `DO UPDATE SET ${updates.join(", ")}` : "DO NOTHING";
  return `INSERT INTO ${quoted(tableName(model))} (${names.map(quoted).join(", ")}) VALUES (${names.map(() => "?").join(", ")})
    ON CONFLICT (${quoted(key)}) ${resolution}`;
}

function insertFact(model: ReadModel): string {
  const names = ["~partition", "~position", "~index", ...Object.keys(model.columns)];
  return `INSERT OR REPLACE INTO ${quoted(tableName(model))} (${names.map(quoted).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
}

function deleteFact(model: ReadModel): string {
  return `DELETE FROM ${quoted(tableName(model))} WHERE "~partition" = ? AND "~position" = ? AND "~index" = ?`;
}

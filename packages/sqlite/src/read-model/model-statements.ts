/** The statements of one version of one read model, compiled once. */
import type { DatabaseSync } from "node:sqlite";
import type { ReadModel, ReadModelWrite, Row } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { type DecodeRow, decoder, type EncodeRow, encoder, type SqlValue } from "./row-codec.ts";
import { keyColumn, quoted, tableName } from "./sql-name.ts";

/** Rows that one statement writes while there are as many. More are hardly quicker, and a step of a few rows would go without. */
const rowsAtOnce = 10;

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
      this.#put = putting(connection, (rows) => insertFacts(model, rows));
      this.#removeFact = connection.prepare(deleteFact(model));
      return;
    }
    const table = quoted(tableName(model));
    const key = quoted(keyColumn(model));
    const columns = Object.keys(model.columns).map((name) => `row.${quoted(name)}`);
    // As a join, not by IN: that would sort the keys first. CROSS JOIN keeps them outermost (sqlite.org/optoverview.html#crossjoin).
    this.#load = database.prepareArrays(
      `SELECT ${columns.join(", ")} FROM json_each(?) asked CROSS JOIN ${table} row ON row.${key} = asked.value`,
    );
    this.#put = putting(connection, (rows) => upsertRows(model, rows));
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
      this.#put(kept);
      this.#put(added);
    };
  }
}

function putting(connection: DatabaseSync, statement: (rows: number) => string) {
  const several = connection.prepare(statement(rowsAtOnce));
  const single = connection.prepare(statement(1));
  return (rows: readonly (readonly SqlValue[])[]): void => {
    const rest = rows.length - (rows.length % rowsAtOnce);
    for (let at = 0; at < rest; at += rowsAtOnce) several.run(...rows.slice(at, at + rowsAtOnce).flat());
    for (const values of rows.slice(rest)) single.run(...values);
  };
}

function upsertRows(model: ReadModel, rows: number): string {
  const names = Object.keys(model.columns);
  const key = keyColumn(model);
  const updates = names.filter((name) => name !== key).map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  const resolution = updates.length > 0 ? `DO UPDATE SET ${updates.join(", ")}` : "DO NOTHING";
  return `INSERT INTO ${quoted(tableName(model))} (${names.map(quoted).join(", ")}) VALUES ${places(names, rows)}
    ON CONFLICT (${quoted(key)}) ${resolution}`;
}

function insertFacts(model: ReadModel, rows: number): string {
  const names = ["~partition", "~position", "~index", ...Object.keys(model.columns)];
  return `INSERT OR REPLACE INTO ${quoted(tableName(model))} (${names.map(quoted).join(", ")}) VALUES ${places(names, rows)}`;
}

function places(names: readonly string[], rows: number): string {
  const row = `(${names.map(() => "?").join(", ")})`;
  return Array.from({ length: rows }, () => row).join(", ");
}

function deleteFact(model: ReadModel): string {
  return `DELETE FROM ${quoted(tableName(model))} WHERE "~partition" = ? AND "~position" = ? AND "~index" = ?`;
}

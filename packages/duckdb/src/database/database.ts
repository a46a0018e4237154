/** One DuckDB file: a writer that takes one transaction at a time, and readers beside it, each on a snapshot of its own. */
import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { StoppedError } from "foldstream";
import { storeFailure } from "../errors.ts";
import { type FileOptions, type OpenFile, openFile } from "./open-file.ts";

export interface Statement {
  readonly sql: string;
  readonly values?: readonly DuckDBValue[];
  readonly types?: readonly DuckDBType[];
}

export class Database {
  readonly #file: OpenFile;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #reading = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  static async open(options: FileOptions): Promise<Database> {
    try {
      return new Database(await openFile(options));
    } catch (error) {
      throw storeFailure(error, options.path);
    }
  }

  /** Runs `work` when those before it are done. What it did counts when it resolves with something else than `undo`. */
  write<T>(work: (connection: DuckDBConnection, undo: (value: T) => T) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoppedError(`DuckDB on ${this.#file.path}`));
    const written = this.#writing.then(() => this.#transaction(work));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #transaction<T>(work: (connection: DuckDBConnection, undo: (value: T) => T) => Promise<T>): Promise<T> {
    const { writer, path } = this.#file;
    let end = "COMMIT";
    const undo = (value: T) => {
      end = "ROLLBACK";
      return value;
    };
    try {
      await writer.run("BEGIN");
      const value = await work(writer, undo);
      await writer.run(end);
      return value;
    } catch (error) {
      await writer.run("ROLLBACK").catch(() => undefined);
      throw storeFailure(error, path);
    }
  }

  /** Runs `work` on a connection of its own. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoppedError(`DuckDB on ${this.#file.path}`);
    const reading = this.#read(work);
    this.#reading.add(reading);
    try {
      return await reading;
    } catch (error) {
      throw storeFailure(error, this.#file.path);
    } finally {
      this.#reading.delete(reading);
    }
  }

  async #read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#file.instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }

  rows(statement: Statement): Promise<DuckDBValue[][]> {
    return this.read((connection) => rowsOf(connection, statement));
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([this.#writing, ...this.#reading]).then(() => this.#file.close());
    return this.#closed;
  }
}

export async function rowsOf(
  connection: DuckDBConnection,
  { sql, values, types }: Statement,
): Promise<DuckDBValue[][]> {
  const reader = await connection.runAndReadAll(sql, values && [...values], types && [...types]);
  return reader.getRows();
}

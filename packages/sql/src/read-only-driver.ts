/** Kysely's driver port over the one thing a target offers: a statement that only reads. */

import type { SqlReader } from "foldstream/port";
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";

export class ReadOnlyDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(reader: SqlReader) {
    this.#connection = new ReadOnlyConnection(reader);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  beginTransaction(): Promise<void> {
    return refuseTransaction();
  }

  commitTransaction(): Promise<void> {
    return refuseTransaction();
  }

  rollbackTransaction(): Promise<void> {
    return refuseTransaction();
  }

  // Kysely wants to open, release and close connections; the engine owns them.
  async init(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

class ReadOnlyConnection implements DatabaseConnection {
  readonly #reader: SqlReader;

  constructor(reader: SqlReader) {
    this.#reader = reader;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const rows = await this.#reader.select({ sql, parameters: parameters.map((value) => encode(this.#reader, value)) });
    return { rows: rows as R[] };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }
}

/** SQLite has no booleans: columns hold 0 and 1, and `node:sqlite` binds nothing else for them. */
function encode({ dialect }: SqlReader, value: unknown): unknown {
  return dialect === "sqlite" && typeof value === "boolean" ? Number(value) : value;
}

async function refuseTransaction(): Promise<never> {
  throw new Error("Read models are read one statement at a time: the target offers no transactions to queries.");
}

/** An open database file: one connection that writes, one that only reads for ad-hoc SQL. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { storeFailure } from "../errors.ts";
import { GroupCommit } from "./group-commit.ts";
import { openFile, type Synchronous } from "./open-file.ts";

export class Database {
  readonly path: string;
  readonly connection: DatabaseSync;
  readonly group: GroupCommit;
  readonly #statements = new Map<string, StatementSync>();
  #reader: DatabaseSync | undefined;

  constructor(path: string, synchronous: Synchronous) {
    this.path = path;
    try {
      this.connection = openFile(path, synchronous);
    } catch (error) {
      throw storeFailure(error, path);
    }
    this.group = new GroupCommit(this.connection, path);
  }

  /** A statement whose rows come as arrays, which is faster to read in bulk. */
  prepareArrays(sql: string): StatementSync {
    const statement = this.connection.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  /** The same, remembered: for SQL that is made from a read model's declaration and comes again and again. */
  cached(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.prepareArrays(sql);
    if (this.#statements.size < 1_000) this.#statements.set(sql, known);
    return known;
  }

  /** Runs a read; failures are reported as the port promises. */
  async read<T>(run: () => T): Promise<T> {
    try {
      return run();
    } catch (error) {
      throw storeFailure(error, this.path);
    }
  }

  /** A second connection that cannot write, for SQL from outside. Opened when first needed. */
  get reader(): DatabaseSync {
    this.#reader ??= new DatabaseSync(this.path, { readOnly: true, timeout: 5_000 });
    return this.#reader;
  }

  /** Finishes what was accepted, then folds the write-ahead log into the file. */
  async close(): Promise<void> {
    await this.group.close();
    if (!this.connection.isOpen) return;
    this.#reader?.close();
    this.connection.close();
  }
}

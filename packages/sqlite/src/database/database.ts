/** An open database file: one connection that writes, one that only reads for ad-hoc SQL. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StoppedError } from "foldstream";
import { storeFailure } from "../errors.ts";
import { type CopyProgress, copyDatabase } from "./copy-database.ts";
import { GroupCommit } from "./group-commit.ts";
import { openFile, type Synchronous } from "./open-file.ts";

export class Database {
  readonly path: string;
  readonly connection: DatabaseSync;
  readonly group: GroupCommit;
  readonly #statements = new Map<string, StatementSync>();
  /** Copies of the file that are being made; closing waits for them. */
  readonly #copies = new Set<Promise<void>>();
  #reader: DatabaseSync | undefined;
  #closing: Promise<void> | undefined;

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
    if (!this.connection.isOpen) throw new StoppedError(`The database ${this.path}`);
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

  /** Copies the file while it is in use. */
  backup(toPath: string, onProgress: CopyProgress): Promise<void> {
    if (this.#closing) return Promise.reject(new StoppedError(`The database ${this.path}`));
    const copy = copyDatabase(this.path, toPath, onProgress).finally(() => this.#copies.delete(copy));
    this.#copies.add(copy);
    return copy;
  }

  /** Finishes what was accepted, then folds the write-ahead log into the file. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.group.close();
    await Promise.allSettled(this.#copies);
    this.#reader?.close();
    this.connection.close();
  }
}

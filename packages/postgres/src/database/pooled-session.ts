/** One connection, while it is out of the pool. */
import type pg from "pg";
import { isStatementError, storeFailure } from "../errors.ts";
import { type Parameter, PreparedQuery } from "./prepared-query.ts";
import { valueParsers } from "./value-parsers.ts";

/** What runs statements: on any connection of the pool, or in one transaction. */
export interface Session {
  /**
   * Runs one statement. Rows come as arrays of plain values: integers, `numeric` and floats as numbers, booleans as booleans,
   * everything else (timestamps, JSON and arrays too) as the server's text.
   */
  rows<T extends readonly unknown[]>(text: string, values?: readonly Parameter[]): Promise<T[]>;
}

/** A name under which a statement stays prepared, if it should. */
export type StatementName = (text: string) => string | undefined;

export class PooledSession implements Session {
  readonly #client: pg.PoolClient;
  readonly #nameOf: StatementName;
  readonly #where: string;
  /** The connection may be of no more use. */
  broken = false;

  constructor(client: pg.PoolClient, nameOf: StatementName, where: string) {
    this.#client = client;
    this.#nameOf = nameOf;
    this.#where = where;
  }

  rows<T extends readonly unknown[]>(text: string, values: readonly Parameter[] = []): Promise<T[]> {
    const name = this.#nameOf(text);
    if (name === undefined) return this.#unprepared(text, values);
    return this.#client.query(new PreparedQuery<T>(name, text, values, this.#failure)).rows;
  }

  async #unprepared<T extends readonly unknown[]>(text: string, values: readonly Parameter[]): Promise<T[]> {
    const query = { text, values: [...values], rowMode: "array" as const, types: valueParsers };
    const { rows } = await this.#told(() => this.#client.query(query));
    return rows as unknown as T[];
  }

  /**
   * One statement that somebody else wrote: never kept prepared, and refused when it is several. Rows come by the names of their columns,
   * with values as `types` reads them.
   */
  async select(
    text: string,
    values: readonly unknown[],
    types: pg.CustomTypesConfig,
  ): Promise<Record<string, unknown>[]> {
    // Without it, a statement without values would be sent in the protocol that takes several. The driver's types do not know it.
    const oneStatement = { queryMode: "extended" };
    const { rows } = await this.#told(() => this.#client.query({ text, values: [...values], types, ...oneStatement }));
    return rows;
  }

  /** One or several statements without parameters or results. */
  async run(text: string): Promise<void> {
    await this.#told(() => this.#client.query(text));
  }

  isOn(client: pg.PoolClient): boolean {
    return client === this.#client;
  }

  /** Back to the pool, which closes it where it is broken. */
  release(): void {
    this.#client.release(this.broken);
  }

  /** Out of the pool, for good. */
  close(): void {
    this.#client.release(true);
  }

  async #told<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  readonly #failure = (error: unknown): unknown => {
    this.broken ||= !isStatementError(error);
    return storeFailure(error, this.#where);
  };
}

/** A database whose schema is ours and of today's version: made so when it is first used. */
import { Connections, type ConnectionsOptions } from "./connections.ts";
import { migrate } from "./migrate.ts";
import type { Session } from "./pooled-session.ts";

export type { Session } from "./pooled-session.ts";

export interface DatabaseOptions extends ConnectionsOptions {
  readonly schema: string;
}

export class Database implements Session {
  /** As configured. Quote it with `quoted`. */
  readonly schema: string;
  /** Host, port and database, for messages. */
  readonly where: string;
  readonly #connections: Connections;
  #opening: Promise<void> | undefined;

  constructor({ schema, ...options }: DatabaseOptions) {
    this.schema = schema;
    this.#connections = new Connections(options);
    this.where = this.#connections.where;
  }

  /** Runs one statement on any connection; what it writes is committed at once. @throws StoreFailureError */
  async rows<T extends readonly unknown[]>(text: string, values?: readonly unknown[]): Promise<T[]> {
    await this.open();
    return this.#connections.rows<T>(text, values);
  }

  /** All statements of `run` or none of them; undone when it rejects. @throws StoreFailureError */
  async transaction<T>(run: (session: Session) => Promise<T>): Promise<T> {
    await this.open();
    return this.#connections.transaction(run);
  }

  /** Migrates the schema; tried again at the next use when it fails. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #open(): Promise<void> {
    try {
      await migrate(this.#connections, this.schema);
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}

/** A database whose schema is ours and of today's version: made so when it is first used. */
import { StoreFailureError } from "foldstream";
import { checkAgainstServer } from "./connection-budget.ts";
import { Connections, type ConnectionsOptions } from "./connections.ts";
import { migrate } from "./migrate.ts";
import type { PooledSession, Session } from "./pooled-session.ts";
import type { Parameter } from "./prepared-query.ts";

export type { Session } from "./pooled-session.ts";

export interface DatabaseOptions extends ConnectionsOptions {
  readonly schema: string;
}

/** PostgreSQL cuts longer names off, and two of them may then be the same. */
const longestName = 63;

export class Database implements Session {
  /** As configured. Quote it with `quoted`. */
  readonly schema: string;
  /** Host, port and database, for messages. */
  readonly where: string;
  /** Whether a statement is planned once for each connection, and not each time. */
  readonly keepsPrepared: boolean;
  readonly #options: DatabaseOptions;
  readonly #connections: Connections;
  #opening: Promise<number | undefined> | undefined;
  #isOpen = false;

  /** @throws StoreFailureError for a schema or a connection string that cannot be used. */
  constructor(options: DatabaseOptions) {
    checkName(options.schema);
    this.schema = options.schema;
    this.#options = options;
    this.#connections = new Connections(options);
    this.where = this.#connections.where;
    this.keepsPrepared = options.pooler === "none";
  }

  /** Runs one statement on any connection; what it writes is committed at once. @throws StoreFailureError */
  rows<T extends readonly unknown[]>(text: string, values?: readonly Parameter[]): Promise<T[]> {
    if (this.#isOpen) return this.#connections.rows(text, values);
    return this.open().then(() => this.#connections.rows(text, values));
  }

  /** All statements of `run` or none of them; undone when it rejects. @throws StoreFailureError */
  async transaction<T>(run: (session: PooledSession) => Promise<T>): Promise<T> {
    await this.open();
    return this.#connections.transaction(run);
  }

  /**
   * Checks the budget and migrates the schema; tried again at the next use when it fails. Resolves to how many connections there may
   * be, where that is known.
   */
  open(): Promise<number | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #open(): Promise<number | undefined> {
    const { plan, pooler } = this.#options;
    try {
      // A pooler has limits of its own, which it does not tell.
      const limit = pooler === "none" ? await checkAgainstServer(plan, this.#connections) : plan.limit;
      await migrate(this.#connections, this.schema);
      this.#isOpen = true;
      return limit;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}

function checkName(schema: string): void {
  if (schema !== "" && Buffer.byteLength(schema) <= longestName && !schema.includes("\0")) return;
  throw new StoreFailureError(
    `postgres: \`schema\` is "${schema}". Expected a name of 1 to ${longestName} bytes without U+0000.`,
  );
}

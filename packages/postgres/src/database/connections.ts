/** The pool: at most so many connections, whose failures are all told as ours. */
import { StoppedError } from "foldstream";
import pg from "pg";
import { storeFailure } from "../errors.ts";
import { describeConnection, type PostgresConnection } from "./connection.ts";
import type { ConnectionPlan } from "./connection-budget.ts";
import { PooledSession, type Session } from "./pooled-session.ts";

/** `transaction`: a pooler between us and the server may give every transaction another connection. */
export type Pooler = "none" | "transaction";

export interface ConnectionsOptions {
  readonly connection: PostgresConnection;
  readonly plan: ConnectionPlan;
  readonly pooler: Pooler;
}

/** How long to wait for a connection that is free, or for the server to answer. */
const patienceMs = 10_000;

/** Further statements are not kept prepared: each takes memory on every connection. */
const mostPrepared = 500;

export class Connections implements Session {
  /** Host, port and database. */
  readonly where: string;
  readonly #pool: pg.Pool;
  readonly #pooler: Pooler;
  readonly #names = new Map<string, string>();
  #closing: Promise<void> | undefined;

  constructor({ connection, plan, pooler }: ConnectionsOptions) {
    this.where = describeConnection(connection);
    this.#pooler = pooler;
    this.#pool = new pg.Pool({
      ...(connection as pg.PoolConfig),
      max: plan.connections,
      application_name: "foldstream",
      connectionTimeoutMillis: patienceMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    // A connection may break while nobody waits for it. The next statement on it, or the next connection, tells what is wrong.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  rows<T extends readonly unknown[]>(text: string, values?: readonly unknown[]): Promise<T[]> {
    return this.#withSession((session) => session.rows<T>(text, values));
  }

  /** One transaction (READ COMMITTED) on one connection; undone when `run` rejects. */
  transaction<T>(run: (session: PooledSession) => Promise<T>): Promise<T> {
    return this.#withSession(async (session) => {
      await session.run("BEGIN ISOLATION LEVEL READ COMMITTED");
      try {
        const value = await run(session);
        await session.run("COMMIT");
        return value;
      } catch (error) {
        await session.run("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  /** Waits for what is in flight. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #withSession<T>(run: (session: PooledSession) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    const session = new PooledSession(client, (text) => this.#nameOf(text), this.where);
    try {
      return await run(session);
    } finally {
      client.release(session.broken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#closing) throw new StoppedError(`The database at ${this.where}`);
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw storeFailure(error, this.where);
    }
  }

  /** Names live on one connection, so behind a pooler there are none. */
  #nameOf(text: string): string | undefined {
    if (this.#pooler === "transaction") return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= mostPrepared) return known;
    const name = `foldstream_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

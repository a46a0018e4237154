/** The pool: at most so many connections, whose failures are all told as ours. */
import { StoppedError } from "foldstream";
import pg from "pg";
import { storeFailure } from "../errors.ts";
import { describeConnection, type PostgresConnection } from "./connection.ts";
import type { ConnectionPlan } from "./connection-budget.ts";
import { PooledSession, type Session } from "./pooled-session.ts";
import type { Parameter } from "./prepared-query.ts";

/** `transaction`: a pooler between us and the server may give every transaction another connection. */
export type Pooler = "none" | "transaction";

export interface ConnectionsOptions {
  readonly connection: PostgresConnection;
  readonly plan: ConnectionPlan;
  readonly pooler: Pooler;
}

/** How long to wait for a connection that is free, or for the server to answer. */
const patienceMs = 10_000;

/** A connection that nobody used for so long is closed. */
const idleMs = 10_000;

/** Further statements are not kept prepared: each takes memory on every connection. */
const mostPrepared = 500;

export class Connections implements Session {
  /** Host, port and database. */
  readonly where: string;
  readonly #pool: pg.Pool;
  readonly #pooler: Pooler;
  readonly #names = new Map<string, string>();
  #atHand: PooledSession | undefined;
  #atHandSince = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor({ connection, plan, pooler }: ConnectionsOptions) {
    this.where = describeConnection(connection);
    this.#pooler = pooler;
    this.#pool = new pg.Pool({
      ...(connection as pg.PoolConfig),
      max: plan.connections,
      application_name: "foldstream",
      connectionTimeoutMillis: patienceMs,
      idleTimeoutMillis: idleMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    // A connection may break while nobody waits for it. The next statement on it, or the next connection, tells what is wrong.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => this.#atHand?.isOn(client) && this.#letGo()));
  }

  rows<T extends readonly unknown[]>(text: string, values?: readonly Parameter[]): Promise<T[]> {
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
    if (this.#closing) return this.#closing;
    this.#closing = this.#pool.end();
    clearInterval(this.#idleTimer);
    this.#letGo();
    return this.#closing;
  }

  async #withSession<T>(run: (session: PooledSession) => Promise<T>): Promise<T> {
    const session = this.#takeAtHand() ?? (await this.#connect());
    try {
      return await run(session);
    } finally {
      this.#giveBack(session);
    }
  }

  async #connect(): Promise<PooledSession> {
    if (this.#closing) throw new StoppedError(`The database at ${this.where}`);
    try {
      return new PooledSession(await this.#pool.connect(), (text) => this.#nameOf(text), this.where);
    } catch (error) {
      throw storeFailure(error, this.where);
    }
  }

  /** The connection that was used last stays out of the pool, at hand: in and out again costs two timers, a twentieth of an append. */
  #giveBack(session: PooledSession): void {
    if (session.broken || this.#atHand || this.#closing || this.#pool.waitingCount > 0) session.release();
    else {
      this.#atHand = session;
      this.#atHandSince = performance.now();
      this.#idleTimer ??= setInterval(() => this.#letGoIfIdle(), idleMs).unref();
    }
  }

  #takeAtHand(): PooledSession | undefined {
    // The timer may be late: Lambda freezes a process, and the server may have hung up meanwhile.
    this.#letGoIfIdle();
    const session = this.#atHand;
    this.#atHand = undefined;
    return session;
  }

  #letGoIfIdle(): void {
    if (performance.now() - this.#atHandSince >= idleMs) this.#letGo();
  }

  #letGo(): void {
    this.#atHand?.close();
    this.#atHand = undefined;
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

/** evtstore on SQLite (knex, better-sqlite3) and PostgreSQL (pg): its documents' providers, command handlers and event handlers. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createAggregate,
  createCommands,
  createDomain,
  type DomainHandlerOpts,
  type Provider,
  VersionError,
} from "evtstore";
import * as onKnex from "evtstore/provider/knex.js";
import * as onPg from "evtstore/provider/pg.js";
import knex from "knex";
import pg from "pg";
import { type OpenLibrary, type OpenProjection, type Payload, payload } from "../library.ts";
import type { Place } from "../places/place.ts";

type Incremented = Payload & { type: "Incremented" };
type Increment = Payload & { type: "Increment" };
interface Counter {
  value: number;
}

interface Store {
  readonly provider: Provider<Incremented>;
  /** The read model's own statements: evtstore leaves them to its user. */
  readonly rows: {
    add(id: string, by: number): Promise<void>;
    total(): Promise<number>;
    value(id: string): Promise<number>;
  };
  close(): Promise<void>;
}

const lookEveryMs = 2;
const tables = { events: "events", bookmarks: "bookmarks" };
const addRow =
  "INSERT INTO totals (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = totals.value + excluded.value";

export async function open(place: Place): Promise<OpenLibrary> {
  const { provider, rows, close } = await storeOn(place);
  const counter = createAggregate<Incremented, Counter, "counter">({
    stream: "counter",
    create: () => ({ value: 0 }),
    fold: ({ by }, { value }) => ({ value: value + by }),
  });
  const { domain, createHandler } = createDomain({ provider, useCache: true }, { counter });
  const commands = createCommands<Incremented, Counter, Increment>(domain.counter, {
    Increment: async ({ aggregateId: _, ...data }) => ({ ...data, type: "Incremented" }),
  });
  const increment = (id: string) => untilNoConflict(() => commands.Increment(id, payload));
  return {
    async append(id, expected, payloads) {
      const events = payloads.map((data): Incremented => ({ type: "Incremented", ...data }));
      await provider.append("counter", id, expected + 1, provider.createEvents("counter", id, expected + 1, events));
    },
    async sum(id) {
      const events = await provider.getEventsFor("counter", id);
      return events.reduce((sum, { event }) => sum + event.by, 0);
    },
    increment,
    projection: projectionOf((options) => createHandler("totals", ["counter"], options), rows, increment),
    close,
  };
}

/** Its documents leave conflicts to the caller. */
async function untilNoConflict(attempt: () => Promise<unknown>): Promise<number> {
  for (let retries = 0; ; retries++) {
    try {
      await attempt();
      return retries;
    } catch (error) {
      if (!(error instanceof VersionError)) throw error;
    }
  }
}

interface Handler {
  handle(stream: "counter", type: "Incremented", callback: (id: string, event: Incremented) => Promise<void>): void;
  start(): void;
  stop(): void;
}

type CreateHandler = (options: DomainHandlerOpts) => Handler;

function projectionOf(
  create: CreateHandler,
  rows: Store["rows"],
  increment: (id: string) => Promise<number>,
): OpenProjection {
  const expected = new Map<string, number>();
  return {
    start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      // It looks once a second whether it was started: that second is not what catching up takes.
      const handler = create({ hooks: { preRun: async () => resolve() } });
      handler.handle("counter", "Incremented", (id, { by }) => rows.add(id, by));
      handler.start();
      return promise;
    },
    total: rows.total,
    async incrementAndSee(id) {
      await increment(id);
      const value = (expected.get(id) ?? 0) + 1;
      expected.set(id, value);
      while ((await rows.value(id)) < value) await sleep(lookEveryMs);
    },
  };
}

function storeOn(place: Place): Promise<Store> {
  if (place.engine === "sqlite") return onSqlite(join(place.folder, "evtstore.db"));
  if (place.engine === "postgres") return onPostgres(place.connectionString);
  throw new Error("evtstore has no provider for DynamoDB.");
}

async function onSqlite(filename: string): Promise<Store> {
  type Connection = { pragma(text: string): void };
  const afterCreate = (connection: Connection, done: (error: Error | null, connection: Connection) => void) => {
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    done(null, connection);
  };
  const client = knex({
    client: "better-sqlite3",
    connection: { filename },
    useNullAsDefault: true,
    pool: { afterCreate },
  });
  await onKnex.migrate({ client, ...tables });
  await client.raw("CREATE TABLE IF NOT EXISTS totals (id TEXT PRIMARY KEY, value INTEGER NOT NULL)");
  return {
    provider: onKnex.createProvider<Incremented>({
      limit: 1_000,
      events: () => client.table(tables.events),
      bookmarks: () => client.table(tables.bookmarks),
    }),
    rows: {
      add: (id, by) => client.raw(addRow, [id, by]),
      total: async () => Number((await client.raw("SELECT sum(value) AS total FROM totals"))[0].total),
      value: async (id) => (await client.raw("SELECT value FROM totals WHERE id = ?", [id]))[0]?.value ?? 0,
    },
    close: () => client.destroy(),
  };
}

async function onPostgres(connectionString: string): Promise<Store> {
  const client = new pg.Pool({ connectionString });
  await onPg.migrate({ client, ...tables });
  await client.query("CREATE TABLE IF NOT EXISTS totals (id text PRIMARY KEY, value bigint NOT NULL)");
  const add = addRow.replace("?", "$1").replace("?", "$2");
  return {
    provider: onPg.createProvider<Incremented>({ client, limit: 1_000, ...tables }),
    rows: {
      add: async (id, by) => void (await client.query(add, [id, by])),
      total: async () => Number((await client.query("SELECT sum(value) AS total FROM totals")).rows[0].total),
      value: async (id) =>
        Number((await client.query("SELECT value FROM totals WHERE id = $1", [id])).rows[0]?.value ?? 0),
    },
    close: () => client.end(),
  };
}

/** Act on SQLite (libSQL): its states, its actions with conflicts retried, and a projection that takes batches, as its documents advise. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "@libsql/client";
import { act, ConcurrencyError, projection, state, store } from "@rotorsoft/act";
import { SqliteStore } from "@rotorsoft/act-sqlite";
import * as z from "zod";
import { type OpenLibrary, type OpenProjection, type Payload, payload } from "../library.ts";
import type { Place } from "../places/place.ts";

const lookEveryMs = 2;
const eventsPerDrain = 1_000;
const actor = { id: "1", name: "bench" };

const increment = z.object({
  by: z.number().int(),
  carrier: z.string(),
  flight: z.number().int(),
  origin: z.string(),
  destination: z.string(),
  delay: z.number().int(),
  note: z.string(),
});

const counter = state({ Counter: z.object({ value: z.number() }) })
  .init(() => ({ value: 0 }))
  .emits({ Incremented: increment })
  .patch({ Incremented: ({ data }, { value }) => ({ value: value + data.by }) })
  .on({ Increment: increment })
  .emit((data) => ["Incremented", data])
  .snap(({ patches }) => patches >= 100)
  .build();

export async function open(place: Place): Promise<OpenLibrary> {
  if (place.engine !== "sqlite") throw new Error("Its store on PostgreSQL is of an older release than the library.");
  const events = new SqliteStore({ url: `file:${join(place.folder, "act.db")}` });
  store(queued(events));
  await store().seed();
  // A second connection to the store's file is what its documents warn of: so rows are in a file of their own.
  const rows = createClient({ url: `file:${join(place.folder, "totals.db")}` });
  await rows.execute("PRAGMA journal_mode = WAL");
  await rows.execute(
    "CREATE TABLE IF NOT EXISTS totals (id TEXT PRIMARY KEY, value INTEGER NOT NULL, event INTEGER NOT NULL)",
  );
  const app = act().withState(counter).withProjection(totalsInto(rows)).build();
  const one = async (id: string) => {
    for (let retries = 0; ; retries++) {
      try {
        await app.do("Increment", { stream: id, actor }, payload);
        return retries;
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error;
      }
    }
  };
  return {
    async append(id, expected, payloads) {
      const messages = payloads.map((data) => ({ name: "Incremented", data }));
      await store().commit(id, messages, { correlation: id, causation: {} }, expected - 1);
    },
    async sum(id) {
      let sum = 0;
      const add = ({ name, data }: { name: unknown; data: unknown }) => {
        if (name === "Incremented") sum += (data as Payload).by;
      };
      await store().query(add, { stream: id });
      return sum;
    },
    increment: one,
    projection: projectionOf(app, rows, one),
    async close() {
      rows.close();
      await store().dispose();
    },
  };
}

/** Two transactions that meet fail with SQLITE_BUSY, since each has a connection of its own: so calls wait for each other here. */
function queued(events: SqliteStore): SqliteStore {
  let last: Promise<unknown> = Promise.resolve();
  return new Proxy(events, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) => {
        const call = last.then(() => member.apply(target, parameters));
        last = call.catch(() => undefined);
        return call;
      };
    },
  });
}

function totalsInto(rows: Client) {
  const add =
    "INSERT INTO totals VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET value = value + excluded.value, event = excluded.event WHERE event < excluded.event";
  const added = (stream: string, by: number, event: number) => ({ sql: add, args: [stream, by, event] });
  return projection("totals")
    .on({ Incremented: increment })
    .do(async function addRow({ stream, data, id }) {
      await rows.execute(added(stream, data.by, id));
    })
    .batch(async (events) => {
      const sums = new Map<string, { by: number; id: number }>();
      for (const { stream, data, id } of events) sums.set(stream, { by: (sums.get(stream)?.by ?? 0) + data.by, id });
      await rows.batch(
        [...sums].map(([stream, { by, id }]) => added(stream, by, id)),
        "write",
      );
    })
    .build();
}

interface App {
  on(event: "committed", listener: () => void): unknown;
  correlate(): Promise<unknown>;
  settle(options?: { eventLimit?: number }): void;
}

function projectionOf(app: App, rows: Client, one: (id: string) => Promise<number>): OpenProjection {
  const expected = new Map<string, number>();
  const rowValue = async (id: string) => {
    const found = await rows.execute({ sql: "SELECT value FROM totals WHERE id = ?", args: [id] });
    return Number(found.rows[0]?.value ?? 0);
  };
  return {
    async start() {
      app.on("committed", () => app.settle({ eventLimit: eventsPerDrain }));
      app.settle({ eventLimit: eventsPerDrain });
    },
    total: async () => Number((await rows.execute("SELECT sum(value) AS total FROM totals")).rows[0]?.total ?? 0),
    async incrementAndSee(id) {
      await one(id);
      const value = (expected.get(id) ?? 0) + 1;
      expected.set(id, value);
      while ((await rowValue(id)) < value) await sleep(lookEveryMs);
    },
  };
}

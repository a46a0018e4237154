/** A read model with every type of column, and read models to keep it in. */
import { t } from "foldstream";
import type { ReadModel, ReadModelStore, Row, WriteResult } from "foldstream/port";
import { onTestFinished } from "vitest";
import { planConnections } from "../src/database/connection-budget.ts";
import { Database } from "../src/database/database.ts";
import { postgresReadModels } from "../src/read-model/postgres-read-models.ts";
import { connectAside, connectionString, freshSchema } from "./postgres-server.ts";

export const orders: ReadModel = {
  name: "orders",
  version: 1,
  kind: "table",
  columns: {
    id: t.key(),
    customer: t.text(),
    note: t.text({ nullable: true }),
    cents: t.integer(),
    weight: t.real(),
    paid: t.boolean(),
    placedAt: t.timestamp(),
    details: t.json(),
  },
  indexes: [["customer", "cents"], ["note"]],
  search: ["customer", "note"],
};

export function order(change: Row = {}): Row {
  return {
    customer: "Ada",
    note: null,
    cents: 100,
    weight: 1.5,
    paid: false,
    placedAt: "2025-11-21T19:04:05.678Z",
    details: {},
    ...change,
  };
}

/** Facts with a column that search and indexes know. */
export const visits: ReadModel = {
  name: "visits",
  version: 1,
  kind: "facts",
  columns: { page: t.text(), at: t.timestamp() },
  indexes: [["page"]],
  search: ["page"],
};

export interface Kept {
  readonly schema: string;
  readonly database: Database;
  readonly readModels: ReadModelStore;
}

interface KeptOptions {
  readonly schema?: string;
  readonly connections?: number;
  /** Settings of the session, as `name=value`. */
  readonly session?: readonly string[];
}

/** Read models on connections of their own. */
export async function keepReadModels(options: KeptOptions = {}): Promise<Kept> {
  const { schema = freshSchema(), connections = 4, session = [] } = options;
  const url = new URL(await connectionString());
  if (session.length > 0) url.searchParams.set("options", session.map((setting) => `-c ${setting}`).join(" "));
  const connection = { connectionString: url.href };
  const database = new Database({ connection, schema, plan: planConnections(connections, {}), pooler: "none" });
  onTestFinished(() => database.close());
  return { schema, database, readModels: postgresReadModels(database) };
}

/** The next step of a read model, with rows by key. `null` deletes. */
export async function put(
  { readModels }: Kept,
  model: ReadModel,
  rows: Readonly<Record<string, Row | null>>,
  epoch?: number,
): Promise<WriteResult> {
  const expected = await readModels.checkpoint(model, "0");
  const step = {
    partition: "0",
    expected,
    next: expected + 1,
    rows: Object.entries(rows).map(([key, row]) => ({ key, row })),
    facts: [],
  };
  return readModels.write(model, epoch === undefined ? step : { ...step, epoch });
}

/** Another session with a transaction of its own, which ends with the test at the latest. */
export async function transactionAside({ schema }: Kept) {
  const client = await connectAside();
  onTestFinished(() => client.end());
  await client.query(`SET search_path = "${schema}"; BEGIN`);
  return client;
}

/** Resolves once that many sessions wait for a lock while they work on the schema's tables. */
export async function untilWaiting({ schema }: Kept, count: number): Promise<void> {
  const client = await connectAside();
  const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`;
  const found = async () => (await client.query(waiting, [`%"${schema}"%`])).rows[0].n;
  const deadline = performance.now() + 10_000;
  try {
    while ((await found()) < count)
      if (performance.now() > deadline) throw new Error(`Fewer than ${count} sessions came to wait for a lock.`);
  } finally {
    await client.end();
  }
}

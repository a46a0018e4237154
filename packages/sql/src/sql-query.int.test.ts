import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { type AnyQuery, aggregate, app, createRuntime, facts, projection, t, table } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { isSqlUnsupportedError, sql, sqlQuery } from "./index.ts";

const sale = z.object({ customer: z.string(), cents: z.int(), gift: z.boolean() });

const shop = aggregate("shop", {
  initialState: {},
  events: { Sold: sale },
  commands: { Sell: sale },
  decide: { Sell: (data) => ({ Sold: data }) },
  evolve: { Sold: (state) => state },
});

const customers = projection("customers", {
  version: 1,
  from: [shop],
  key: (event) => event.data.customer,
  into: table({
    id: t.key(),
    cents: t.integer(),
    gifted: t.boolean(),
    note: t.text({ nullable: true }),
    tags: t.json<string[]>(),
  }),
  on: {
    "shop.Sold": (row, { data: { cents, gift } }) => ({
      cents: (row?.cents ?? 0) + cents,
      gifted: (row?.gifted ?? false) || gift,
      note: null,
      tags: [...(row?.tags ?? []), gift ? "gift" : "sale"],
    }),
  },
});

const sales = facts("sales", {
  version: 1,
  from: [shop],
  columns: { customer: t.text(), cents: t.integer() },
  on: { "shop.Sold": ({ data: { customer, cents } }) => ({ customer, cents }) },
});

const nothing = z.object({});

const spenders = sqlQuery("spenders", {
  input: z.object({ atLeast: z.int(), gifted: z.boolean() }),
  from: [customers],
  run: ({ atLeast, gifted }, db) =>
    db
      .selectFrom("customers")
      .select(["id", "cents", "gifted"])
      .where("cents", ">=", atLeast)
      .where("gifted", "=", gifted)
      .orderBy("cents", "desc")
      .execute(),
});

const largest = sqlQuery("largest", {
  input: nothing,
  from: [customers, sales],
  run: (_input, db) =>
    db
      .with("most", (cte) =>
        cte
          .selectFrom("sales")
          .select(({ fn }) => ["customer", fn.max("cents").as("cents")])
          .groupBy("customer"),
      )
      .selectFrom("customers")
      .innerJoin("most", "most.customer", "customers.id")
      .select([
        "customers.id",
        "most.cents as largest",
        sql<number>`round(100.0 * most.cents / customers.cents)`.as("percent"),
      ])
      .orderBy("customers.id")
      .execute(),
});

const raw = sqlQuery("raw", {
  input: nothing,
  from: [customers],
  run: (_input, db) => db.selectFrom("customers").selectAll().where("id", "=", "Ann").executeTakeFirst(),
});

const sneaky = sqlQuery("sneaky", {
  input: nothing,
  from: [customers],
  run: async (_input, db) =>
    (db as never as { deleteFrom(table: string): { execute(): Promise<unknown> } })
      .deleteFrom("customers_v1")
      .execute(),
});

const hasty = sqlQuery("hasty", {
  input: nothing,
  from: [customers],
  run: async (_input, db) =>
    (db as never as { transaction(): { execute(run: () => Promise<void>): Promise<void> } })
      .transaction()
      .execute(async () => undefined),
});

const application = app({
  aggregates: [shop],
  projections: [customers, sales],
  queries: [spenders, largest, raw, sneaky, hasty],
});

async function runtimeOn(engine: Engine) {
  const runtime = createRuntime(application, { engine, environment: nodeEnvironment() });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await engine.close();
  });
  let after = "";
  for (const [customer, cents, gift] of [
    ["Ann", 500, false],
    ["Bob", 900, true],
    ["Ann", 300, false],
  ] as const) {
    const outcome = await runtime.execute(shop, "1", "Sell", { customer, cents, gift });
    if (outcome.ok) after = outcome.token;
  }
  const answer = async (query: AnyQuery, input: unknown) => {
    const outcome = await runtime.ask(query.name, input, { after });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    return outcome.value;
  };
  return { answer };
}

function onSqlite() {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-sql-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return runtimeOn(sqliteEngine({ path: join(folder, "test.db") }));
}

describe("a query in SQL", () => {
  it("selects, filters and sorts, with booleans as parameters", async () => {
    const { answer } = await onSqlite();

    expect(await answer(spenders, { atLeast: 100, gifted: false })).toEqual([{ id: "Ann", cents: 800, gifted: 0 }]);
    expect(await answer(spenders, { atLeast: 100, gifted: true })).toEqual([{ id: "Bob", cents: 900, gifted: 1 }]);
    expect(await answer(spenders, { atLeast: 1_000, gifted: true })).toEqual([]);
  });

  it("joins read models, facts included", async () => {
    const { answer } = await onSqlite();

    expect(await answer(largest, {})).toEqual([
      { id: "Ann", largest: 500, percent: 63 },
      { id: "Bob", largest: 900, percent: 100 },
    ]);
  });

  it("gives the engine's own values", async () => {
    const { answer } = await onSqlite();

    expect(await answer(raw, {})).toEqual({ id: "Ann", cents: 800, gifted: 0, note: null, tags: '["sale","sale"]' });
  });

  it("cannot write, even where the types are got round", async () => {
    const { answer } = await onSqlite();

    await expect(answer(sneaky, {})).rejects.toThrow(/not authorized|readonly/);
    expect(await answer(spenders, { atLeast: 0, gifted: false })).toHaveLength(1);
  });

  it("opens no transaction", async () => {
    const { answer } = await onSqlite();

    await expect(answer(hasty, {})).rejects.toThrow("one statement at a time");
  });

  it("says so where the engine speaks no SQL", async () => {
    const { answer } = await runtimeOn(memoryEngine());

    const failure = await answer(raw, {}).catch((error: unknown) => error);

    expect(isSqlUnsupportedError(failure)).toBe(true);
    expect(failure).toMatchObject({ code: "sql-unsupported", query: "raw" });
  });
});

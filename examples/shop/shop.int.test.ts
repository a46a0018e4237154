import { DatabaseSync } from "node:sqlite";
import { caughtUp, isEqual } from "@foldstream/example-replay";
import { describe, expect, it, vi } from "vitest";
import { check } from "./check/check.ts";
import { cancelling, placing, stocking } from "./domain/across-streams.ts";
import { unprintable } from "./domain/rules.ts";
import { basketsQuery, orderQuery, productQuery, salesQuery, searchQuery } from "./read-models/queries.ts";
import { replay } from "./replay/replay-invoices.ts";
import { openShop } from "./test/temporary-shop.ts";

const limit = 300;
const listing = { description: "WHITE METAL LANTERN", unitPrice: 3_390 };
const line = { product: "A", quantity: 1, unitPrice: 3_390 };
const invoice = { country: "EIRE", at: "2026-01-02T03:04", lines: [line] };

describe("a replay of made up invoices", () => {
  it("G2 G4 gives the totals that DuckDB works out, however often it is repeated", async () => {
    const { runtime } = await openShop();

    const first = await replay({ runtime, limit: 200 });
    const second = await replay({ runtime, limit });
    await caughtUp(runtime, second.events);

    expect(first.tally).toEqual({ recorded: 200, replayed: 0, refused: {} });
    expect(second.tally).toEqual({ recorded: 100, replayed: 200, refused: {} });
    expect(second.prepared.tally).toMatchObject({ recorded: 0, replayed: first.prepared.tally.recorded });
    const comparisons = await check(runtime, { limit });
    expect(comparisons.map(({ readModel, different }) => [readModel, different])).toEqual([
      ["products", 0],
      ["orders", 0],
      ["countries", 0],
      ["months", 0],
      ["customers", 0],
    ]);
    expect(comparisons.every(({ rows }) => rows > 0)).toBe(true);
  });

  it("G4 has the same facts in DuckDB as in SQLite, and SQL over them the same answer", async () => {
    const shops = await Promise.all([openShop({ sales: "sqlite" }), openShop({ sales: "duckdb" })]);

    const [inSqlite, inDuckDb] = await Promise.all(
      shops.map(async ({ runtime }) => {
        await caughtUp(runtime, (await replay({ runtime, limit: 100 })).events);
        return [await runtime.query(salesQuery, { limit: 1_000 }), await runtime.query(basketsQuery, { limit: 10 })];
      }),
    );

    expect(inDuckDb).toEqual(inSqlite);
    expect(inDuckDb?.[1]).toMatchObject({ ok: true, value: expect.arrayContaining([expect.anything()]) });
  });

  it("finds one line too few", async () => {
    const { runtime, path } = await openShop();
    await caughtUp(runtime, (await replay({ runtime, limit })).events);
    const file = new DatabaseSync(path);
    file.exec("UPDATE months_v1 SET sold = sold - 1");
    file.close();

    const comparisons = await check(runtime, { limit });

    expect(isEqual(comparisons)).toBe(false);
    expect(comparisons[3]).toMatchObject({ readModel: "months", different: 1, differences: [{ column: "sold" }] });
  });

  it("refuses a file that is not there", async () => {
    const { runtime } = await openShop();

    await expect(replay({ runtime, file: "/nowhere/retail.csv" })).rejects.toThrow("/nowhere/retail.csv");
  });
});

it("G4 gives the totals of real invoices", async (ctx) => {
  const { ONLINE_RETAIL: file } = process.env;
  if (!file) return ctx.skip('ONLINE_RETAIL does not name the file of UCI "Online Retail"');
  const { runtime } = await openShop();
  await caughtUp(runtime, (await replay({ runtime, limit, file })).events);

  expect(isEqual(await check(runtime, { limit, file }))).toBe(true);
});

describe("what goes wrong", () => {
  it("G5 parks the one product whose labels cannot be printed, and no other", async () => {
    const { runtime } = await openShop();
    await runtime.executeTogether(stocking("A", 10, listing));
    await runtime.executeTogether(stocking(unprintable, 80_995, listing));
    const order = { ...invoice, lines: [{ ...line, product: unprintable }] };
    const placed = await runtime.executeTogether(placing("1", order));

    const after = placed.ok ? placed.token : "";
    const stock = await runtime.query(productQuery, { id: unprintable }, { after });
    expect(stock).toMatchObject({ value: { stock: 80_994 } });
    await vi.waitFor(async () => {
      const { projections } = await runtime.status();
      expect(projections.find(({ name }) => name === "labels")).toMatchObject({ parked: 1, partitions: [{ lag: 0 }] });
    }, 60_000);
    const parked: unknown[] = [];
    for await (const one of runtime.parked()) parked.push(one);
    expect(parked).toMatchObject([{ projection: "labels", stream: `product-${unprintable}`, version: 2 }]);
  });

  it("cancels an order that is not paid in time and puts its products back, but not one that is paid", async () => {
    const { runtime } = await openShop();
    await runtime.executeTogether(stocking("A", 10, listing));
    await runtime.executeTogether(placing("late", { ...invoice, payWithinSeconds: 1 }));
    await runtime.executeTogether([
      ...placing("paid", { ...invoice, payWithinSeconds: 1 }),
      { aggregate: "order", id: "paid", command: "PayOrder", data: { amount: 3_390 } },
    ]);

    await vi.waitFor(async () => {
      expect(await runtime.query(orderQuery, { id: "late" })).toMatchObject({ value: { status: "cancelled" } });
      expect(await runtime.query(productQuery, { id: "A" })).toMatchObject({ value: { stock: 9, returned: 1 } });
      expect((await runtime.status()).policies).toMatchObject([{ waiting: 0, timers: 0, failing: 0, parked: 0 }]);
    }, 60_000);
    expect(await runtime.query(orderQuery, { id: "paid" })).toMatchObject({ value: { status: "paid" } });
  });
});

describe("the stock", () => {
  it("G1 never goes below nothing, and no order is placed in part, when 40 race for the last 10", async () => {
    const { runtime } = await openShop();
    await runtime.executeTogether(stocking("A", 10, listing));
    await runtime.executeTogether(stocking("B", 1_000, listing));
    const lines = [...invoice.lines, { product: "B", quantity: 2, unitPrice: 500 }];

    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        runtime.executeTogether(placing(`${index}`, { ...invoice, lines: index % 2 ? lines : lines.toReversed() })),
      ),
    );

    const placed = outcomes.filter(({ ok }) => ok);
    expect(placed).toHaveLength(10);
    for (const outcome of outcomes)
      if (!outcome.ok) expect(outcome.refused).toMatchObject({ rejection: { code: "out-of-stock" } });
    const after = placed.map((outcome) => (outcome.ok ? outcome.token : ""));
    expect(await runtime.query(productQuery, { id: "A" }, { after })).toMatchObject({ value: { stock: 0, sold: 10 } });
    expect(await runtime.query(productQuery, { id: "B" }, { after })).toMatchObject({
      value: { stock: 980, sold: 20 },
    });
  });

  it("comes back with a cancellation, whose lines count below nothing", async () => {
    const { runtime } = await openShop();
    await runtime.executeTogether(stocking("A", 10, listing));
    await runtime.executeTogether(placing("1", invoice));
    const cancelled = await runtime.executeTogether(cancelling("C1", invoice));
    const after = cancelled.ok ? cancelled.token : "";

    expect(await runtime.query(productQuery, { id: "A" }, { after })).toMatchObject({
      value: { stock: 10, returned: 1 },
    });
    expect(await runtime.query(orderQuery, { id: "1" }, { after })).toMatchObject({ value: { status: "placed" } });
    expect(await runtime.query(salesQuery, { invoice: "C1" }, { after })).toMatchObject({
      value: [{ amount: -3_390 }],
    });
    expect(await runtime.query(searchQuery, { text: "lant" }, { after })).toMatchObject({ value: [{ id: "A" }] });
  });
});

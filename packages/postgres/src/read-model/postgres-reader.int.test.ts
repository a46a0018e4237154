import type { Row } from "foldstream/port";
import { expect, it } from "vitest";
import { keepReadModels, order, orders, put, visits } from "../../test/read-model.ts";
import { conditionOf } from "./condition.ts";
import { orderOf } from "./order.ts";
import { tableIn } from "./relation-name.ts";

async function withOrders(rows: Readonly<Record<string, Row>>) {
  const kept = await keepReadModels();
  await kept.readModels.prepare([orders]);
  await put(kept, orders, rows);
  return { ...kept, reader: kept.readModels.reader(orders) };
}

const keysOf = (rows: readonly Row[]) => rows.map(({ id }) => id).join("");

it("finds nothing for a value that the column cannot hold, and does not trouble the server with it", async () => {
  const { reader } = await withOrders({ a: order() });
  const impossible = [
    { customer: 1 },
    { customer: "\0" },
    { customer: "\ud83d" },
    { customer: null },
    { cents: "100" },
    { cents: 0.5 },
    { paid: 0 },
    { placedAt: "yesterday" },
    { placedAt: "2025-02-30T00:00:00.000Z" },
  ];

  for (const where of impossible) {
    expect(await reader.find({ where }), JSON.stringify(where)).toEqual([]);
    expect(await reader.count({ ...where, id: "a" }), JSON.stringify(where)).toBe(0);
  }
});

it("compares JSON as values, whatever the order of keys, and sorts null, text, numbers, booleans, lists and objects", async () => {
  const details = [{ b: 1, a: [true] }, [1, 2], true, false, 10, 9, "b", "a", null];
  const { reader } = await withOrders(
    Object.fromEntries(details.map((value, index) => ["abcdefghi"[index], order({ details: value })])),
  );

  expect(keysOf(await reader.find({ where: { details: { a: [true], b: 1 } } }))).toBe("a");
  expect(keysOf(await reader.find({ where: { details: null } }))).toBe("i");
  expect(await reader.count({ details: { a: [true] } })).toBe(0);
  expect(keysOf(await reader.find({ orderBy: [["details", "asc"]] }))).toBe("ihgfedcba");
});

it.each([
  ["a value", { customer: "customer-7", cents: 7 }, "by customer, cents"],
  ["null", { note: null }, "by note"],
  ["the key", { id: "key-7" }, "pkey"],
])("filters by an index where there is one: %s", async (_, where, index) => {
  const rows = Array.from({ length: 2_000 }, (_, n) => [
    `key-${n}`,
    order({ customer: `customer-${n}`, cents: n, note: n === 7 ? null : "noted" }),
  ]);
  const { database, schema } = await withOrders(Object.fromEntries(rows));
  await database.rows(`ANALYZE ${tableIn(schema, orders)}`);

  const { sql, values } = conditionOf(orders, where);
  const plan = await database.rows(`EXPLAIN SELECT * FROM ${tableIn(schema, orders)} t${sql}`, values);

  expect(plan.join("\n")).toContain(index);
});

it.each(["asc", "desc"] as const)(
  "sorts as the index is sorted, so that the first page needs no other row (%s)",
  async (direction) => {
    const rows = Array.from({ length: 2_000 }, (_, n) => [
      `key-${n}`,
      order({ note: n % 3 === 0 ? null : `note ${n}` }),
    ]);
    const { database, schema } = await withOrders(Object.fromEntries(rows));
    await database.rows(`ANALYZE ${tableIn(schema, orders)}`);

    const sorting = orderOf(orders, [["note", direction]]);
    const plan = await database.rows(`EXPLAIN SELECT * FROM ${tableIn(schema, orders)} t ORDER BY ${sorting} LIMIT 10`);

    expect(plan.join("\n")).toContain(`Index Scan ${direction === "desc" ? "Backward " : ""}using "orders_v1 by note"`);
  },
);

it("searches facts, and ranks them by column, then by feed order", async () => {
  const kept = await keepReadModels();
  await kept.readModels.prepare([visits]);
  const at = "2025-11-21T19:04:05.678Z";
  const facts = ["/about us", "/pricing", "/about"].map((page, index) => ({ position: 3, index, row: { page, at } }));
  await kept.readModels.write(visits, { partition: "0", expected: 0, next: 3, rows: [], facts });

  const found = await kept.readModels.reader(visits).search("about");

  expect(found).toEqual([
    { page: "/about us", at },
    { page: "/about", at },
  ]);
});

it("gives instants and numbers back as they were, whatever the settings of the session", async () => {
  const session = ["TimeZone=Asia/Kathmandu", "DateStyle=German", "IntervalStyle=sql_standard", "lc_numeric=C"];
  const kept = await keepReadModels({ session });
  await kept.readModels.prepare([orders]);
  const row = order({ placedAt: "2025-03-30T01:30:00.007Z", weight: 1e-7 });

  await put(kept, orders, { a: row });

  expect(await kept.readModels.reader(orders).find({ where: { placedAt: row.placedAt } })).toEqual([
    { id: "a", ...row },
  ]);
  const sql = `SELECT "placedAt" FROM orders`;
  expect(await kept.readModels.sql?.select({ sql, parameters: [] })).toEqual([{ placedAt: row.placedAt }]);
});

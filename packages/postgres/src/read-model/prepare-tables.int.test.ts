import { t } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { describe, expect, it, onTestFinished } from "vitest";
import { asAdministrator, connectAside, connectionString } from "../../test/postgres-server.ts";
import { keepReadModels, order, orders, put, transactionAside, visits } from "../../test/read-model.ts";
import { planConnections } from "../database/connection-budget.ts";
import { Database } from "../database/database.ts";
import { tables } from "../database/schema.ts";
import { postgresReadModels } from "./postgres-read-models.ts";

const small: ReadModel = { ...orders, columns: { id: t.key(), a: t.text() }, indexes: [], search: [] };

describe("preparing a read model", () => {
  it("makes a table and a view with PostgreSQL's own types, for any SQL to read", async () => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([orders, visits]);
    await put(kept, orders, { a: order({ details: { tags: ["new"] } }), b: order({ cents: 250 }) });

    const columns = await asAdministrator(`
      SELECT table_name || '.' || column_name AS name, data_type, is_nullable FROM information_schema.columns
      WHERE table_schema = '${kept.schema}' AND table_name IN ('orders', 'orders_v1', 'visits_v1') ORDER BY table_name, ordinal_position`);
    expect(columns.map(({ name, data_type, is_nullable }) => `${name} ${data_type} ${is_nullable}`)).toEqual([
      ...["id text", "customer text", "note text", "cents bigint", "weight double precision", "paid boolean"].map(
        (column) => `orders.${column} YES`,
      ),
      "orders.placedAt timestamp with time zone YES",
      "orders.details jsonb YES",
      "orders_v1.id text NO",
      "orders_v1.customer text NO",
      "orders_v1.note text YES",
      "orders_v1.cents bigint NO",
      "orders_v1.weight double precision NO",
      "orders_v1.paid boolean NO",
      "orders_v1.placedAt timestamp with time zone NO",
      "orders_v1.details jsonb NO",
      "orders_v1.~search tsvector NO",
      "visits_v1.~partition text NO",
      "visits_v1.~position bigint NO",
      "visits_v1.~index bigint NO",
      "visits_v1.page text NO",
      "visits_v1.at timestamp with time zone NO",
      "visits_v1.~search tsvector NO",
    ]);
    const found = await asAdministrator(`
      SELECT sum(cents)::int AS cents, count(*) FILTER (WHERE details @> '{"tags": ["new"]}')::int AS new,
        extract(year FROM max("placedAt"))::int AS year FROM ${kept.schema}.orders WHERE NOT paid`);
    expect(found).toEqual([{ cents: 350, new: 1, year: 2025 }]);
  });

  it("leaves every plain name to read models: none collides with the log's own tables", async () => {
    const kept = await keepReadModels();
    const names = ["append", "streams", ...tables.map((table) => table.replace("foldstream_", ""))];
    const models = names.map((name) => ({ ...orders, name }));

    await kept.readModels.prepare(models);
    for (const model of models) await put(kept, model, { a: order({ customer: model.name }) });

    for (const model of models) {
      expect(await kept.readModels.reader(model).get("a")).toEqual({ id: "a", ...order({ customer: model.name }) });
      const sql = `SELECT customer FROM "${model.name}"`;
      expect(await kept.readModels.sql?.select({ sql, parameters: [] })).toEqual([{ customer: model.name }]);
    }
  });

  it("is done once, however many processes start at the same moment", async () => {
    const first = await keepReadModels();
    await first.database.open();
    const others = await Promise.all(Array.from({ length: 7 }, () => keepReadModels({ schema: first.schema })));

    await Promise.all([first, ...others].map(({ readModels }) => readModels.prepare([orders, visits])));

    await put(first, orders, { a: order() });
    for (const { readModels } of others) expect(await readModels.reader(orders).count()).toBe(1);
  });

  it("waits for nobody when all is there already", async () => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([orders]);
    const aside = await transactionAside(kept);
    await aside.query("SELECT * FROM orders; LOCK TABLE orders_v1 IN ROW EXCLUSIVE MODE");

    await kept.readModels.prepare([orders]);

    await aside.query("ROLLBACK");
  });

  it("needs no right to create anything when all is there already", async () => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([orders]);
    const user = `${kept.schema}_user`;
    await asAdministrator(`
      CREATE ROLE ${user} LOGIN PASSWORD 'secret-of-${user}'; GRANT USAGE ON SCHEMA ${kept.schema} TO ${user};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${kept.schema} TO ${user}`);
    onTestFinished(async () => void (await asAdministrator(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
    const url = new URL(await connectionString());
    Object.assign(url, { username: user, password: `secret-of-${user}` });
    const connection = { connectionString: url.href };
    const options = { connection, schema: kept.schema, plan: planConnections(2, {}), pooler: "none" } as const;
    const database = new Database(options);
    onTestFinished(() => database.close());
    const readModels = postgresReadModels(database);

    await readModels.prepare([orders]);

    expect(await put({ ...kept, readModels }, orders, { a: order() })).toEqual({ ok: true });
    expect(await readModels.sql?.select({ sql: "SELECT id FROM orders", parameters: [] })).toEqual([{ id: "a" }]);
  });

  it("adds the indexes that are new, also when their names run together or are too long for PostgreSQL", async () => {
    const kept = await keepReadModels();
    const long = Array.from({ length: 3 }, (_, index) => `column_${index}_${"x".repeat(40)}`) as [
      string,
      string,
      string,
    ];
    const columns = { id: t.key(), ...Object.fromEntries(["a", "b", "a_b", ...long].map((name) => [name, t.text()])) };
    const model: ReadModel = { name: "wide", version: 1, kind: "table", columns, indexes: [["a", "b"]], search: [] };
    await kept.readModels.prepare([model]);
    const indexes = [["a", "b"], ["a_b"], long.slice(0, 2), [long[0], long[2]]];

    for (const _ of "twice") await kept.readModels.prepare([{ ...model, indexes }]);

    const found = await asAdministrator(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = '${kept.schema}' AND tablename = 'wide_v1' ORDER BY indexname`,
    );
    const indexed = found.map(({ indexdef }) => /\((.*)\)/.exec(String(indexdef))?.[1]);
    expect(indexed.sort()).toEqual(["a, b", "a_b", `${long[0]}, ${long[1]}`, `${long[0]}, ${long[2]}`, "id"].sort());
  });
});

describe("preparing a read model that exists", () => {
  const { id, customer, note, ...rest } = orders.columns as Required<ReadModel["columns"]>;
  const changes: Record<string, Partial<ReadModel>> = {
    "a column more": { columns: { ...orders.columns, added: t.text() } },
    "a column less": { columns: { id, customer, note } as ReadModel["columns"] },
    "another type": { columns: { ...orders.columns, paid: t.text() } },
    "another nullability": { columns: { ...orders.columns, note: t.text() } },
    "another order": { columns: { id, note, customer, ...rest } as ReadModel["columns"] },
    "no search": { search: [] },
    "search in other columns": { search: ["customer"] },
    "search in another order": { search: ["note", "customer"] },
  };

  it.each(Object.entries(changes))("is refused when it is declared with %s, and says what to do", async (_, change) => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([orders]);
    await put(kept, orders, { a: order() });

    await expect(kept.readModels.prepare([{ ...orders, ...change }])).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringMatching(/"orders" version 1 exists with other columns.*Raise the projection's version/),
    });

    expect(await kept.readModels.reader(orders).search("ada")).toHaveLength(1);
  });

  it("of another version leaves the older one readable, and its name in SQL with the live one", async () => {
    const kept = await keepReadModels();
    const next = { ...small, version: 2 };
    await kept.readModels.prepare([orders]);
    await put(kept, orders, { a: order() });

    await kept.readModels.prepare([next]);
    await put(kept, next, { a: { a: "New" } });

    expect(await kept.readModels.reader(orders).get("a")).toEqual({ id: "a", ...order() });
    const byName = () => kept.readModels.sql?.select({ sql: "SELECT * FROM orders", parameters: [] });
    expect(await byName()).toEqual([{ id: "a", ...order() }]);
    await kept.readModels.builds.switchTo(orders, next);
    expect(await byName()).toEqual([{ id: "a", a: "New" }]);
    await kept.readModels.prepare([orders, next]);
    expect(await byName()).toEqual([{ id: "a", a: "New" }]);
    await kept.readModels.builds.switchTo(next, orders);
    expect(await byName()).toEqual([{ id: "a", ...order() }]);
  });
});

describe("the view under the plain name", () => {
  it("is switched between builds of one version without being made anew, so that views upon it stay", async () => {
    const kept = await keepReadModels();
    const again = { ...orders, build: 1 };
    await kept.readModels.prepare([orders, again]);
    await put(kept, again, { a: order({ customer: "Fresh" }) });
    await kept.database.rows(`CREATE VIEW "${kept.schema}".customers AS SELECT customer FROM "${kept.schema}".orders`);

    await kept.readModels.builds.switchTo(orders, again);

    const upon = { sql: "SELECT * FROM customers", parameters: [] };
    expect(await kept.readModels.sql?.select(upon)).toEqual([{ customer: "Fresh" }]);
  });
});

describe("a read model that PostgreSQL cannot keep", () => {
  const refused: readonly (readonly [string, Partial<ReadModel>, string])[] = [
    ["a table of the log", { name: "foldstream_leases" }, `holds "foldstream_leases" already`],
    ["another read model's table", { name: "visits_v1" }, `holds "visits_v1" already`],
    ["a name that is too long", { name: "x".repeat(61) }, "63 bytes"],
    ["a column's name that is too long", { columns: { id: t.key(), ["x".repeat(64)]: t.text() } }, "63 bytes"],
    ["a column that every table has", { columns: { id: t.key(), xmin: t.text() } }, `a column "xmin" of its own`],
  ];

  it.each(refused)("is refused, and changes nothing: %s", async (_, change, message) => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([visits]);

    await expect(
      kept.readModels.prepare([
        { ...small, name: "fine" },
        { ...small, ...change },
      ]),
    ).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringContaining(message),
    });

    const client = await connectAside();
    const { rows } = await client.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'fine_v1'", [
      kept.schema,
    ]);
    await client.end();
    expect(rows).toEqual([]);
  });
});

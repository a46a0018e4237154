import type { SqlReader } from "foldstream/port";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { asAdministrator } from "../../test/postgres-server.ts";
import { type Kept, keepReadModels, order, orders, put, visits } from "../../test/read-model.ts";

let kept: Kept;
const select = (sql: string, parameters: readonly unknown[] = []) =>
  (kept.readModels.sql as SqlReader).select({ sql: sql.replaceAll("<schema>", `"${kept.schema}"`), parameters });

beforeEach(async () => {
  kept = await keepReadModels({ connections: 1 });
  await kept.readModels.prepare([orders, visits]);
  await put(kept, orders, { a: order({ details: { tags: ["new"] } }), b: order({ cents: 250, paid: true }) });
});

describe("SQL from outside", () => {
  it("reads read models under their own names, with parameters, and gives values as readers do", async () => {
    expect(await select("SELECT * FROM orders WHERE id = $1 AND NOT paid", ["a"])).toEqual([
      { id: "a", ...order({ details: { tags: ["new"] } }) },
    ]);
    const parameters = ["a", 100, 1.5, false, "2025-11-21T19:04:05.678Z", { tags: ["new"] }, 1];
    const all = `SELECT id FROM orders WHERE id = $1 AND cents = $2 AND weight = $3 AND paid = $4 AND "placedAt" = $5 AND details = $6 LIMIT $7`;
    expect(await select(all, parameters)).toEqual([{ id: "a" }]);
  });

  it("joins, nests, counts and sums; integers and decimals are numbers", async () => {
    const sql = `
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)
      SELECT (SELECT sum(i) FROM n) AS four, count(*), avg(o.cents), sum(o.weight) AS weight, max(v.page) AS page,
        jsonb_agg(o.id ORDER BY o.id) AS ids, bool_or(o.paid) AS paid
      FROM orders o LEFT JOIN visits v ON v.page = o.id; -- and that is all;`;

    const [row] = await select(sql.replace("; --", " --"));

    expect(row).toEqual({ four: 10, count: 2, avg: 175, weight: 3, page: null, ids: ["a", "b"], paid: true });
  });

  it("gives instants as ISO text in UTC, in order, and a semicolon may end it", async () => {
    const sql = `SELECT "placedAt", date_trunc('day', "placedAt") AS day, "placedAt" + interval '0.0009 s' AS soon, 'infinity'::timestamptz AS ever
      FROM orders ORDER BY id DESC LIMIT 1 ; `;

    expect(await select(sql)).toEqual([
      {
        placedAt: "2025-11-21T19:04:05.678Z",
        day: "2025-11-21T00:00:00.000Z",
        soon: "2025-11-21T19:04:05.678Z",
        ever: "infinity",
      },
    ]);
  });

  it("sees what was written a moment ago", async () => {
    await put(kept, orders, { c: order({ customer: "New" }) });

    expect(await select("SELECT customer FROM orders WHERE id = 'c'")).toEqual([{ customer: "New" }]);
  });

  it("has 30 seconds, and leaves no setting behind", async () => {
    const settings = `SELECT current_setting('statement_timeout') AS patience, current_setting('search_path') AS path,
      current_setting('TimeZone') AS zone, current_setting('transaction_read_only') AS reading`;
    const before = await kept.database.rows(settings);

    const during = { patience: "30s", path: `"${kept.schema}"`, zone: "UTC", reading: "on" };
    expect(await select(settings)).toEqual([during]);
    await select("SELECT set_config('search_path', 'elsewhere', false), set_config('TimeZone', 'Asia/Tokyo', false)");

    expect(await kept.database.rows(settings)).toEqual(before);
  });
});

const writes = [
  "DELETE FROM orders_v1",
  "UPDATE orders_v1 SET customer = 'x' RETURNING *",
  "INSERT INTO orders_v1 (id) VALUES ('x')",
  "INSERT INTO <schema>.foldstream_checkpoints VALUES ('orders', 1, 0, '0', 9)",
  "WITH gone AS (DELETE FROM orders_v1 RETURNING *) SELECT * FROM gone",
  "SELECT * FROM orders FOR UPDATE",
  "SELECT * INTO mine FROM orders",
  "SELECT nextval('mine')",
  "SELECT set_config('transaction_read_only', 'off', true)",
  "SELECT * FROM query_to_xml('DELETE FROM orders_v1', true, true, '')",
  "DROP TABLE orders_v1",
  "DROP VIEW orders",
  "CREATE TABLE mine (x int)",
  "CREATE TEMP TABLE mine (x int)",
  "ALTER TABLE orders_v1 RENAME TO mine",
  "TRUNCATE orders_v1",
  "LOCK TABLE orders_v1",
  "COPY orders_v1 TO STDOUT",
  "COPY (SELECT 1) TO PROGRAM 'touch /tmp/mine'",
  "DO $$ BEGIN DELETE FROM orders_v1; END $$",
  "CALL mine()",
  "VACUUM",
  "SET search_path = elsewhere",
  "SHOW search_path",
  "EXPLAIN ANALYZE SELECT 1",
  "BEGIN",
  "COMMIT",
  "ROLLBACK",
  "SET TRANSACTION READ WRITE",
  "SELECT 1; DELETE FROM orders_v1",
  "SELECT 1; SELECT 2",
  "SELECT 1) AS x; DELETE FROM orders_v1; --",
  "SELECT 1) AS answer; COMMIT; DELETE FROM orders_v1; SELECT * FROM (SELECT 1",
  "",
  "-- nothing",
  "SELEKT",
];

const elsewhere = [
  "SELECT * FROM foldstream_events",
  "SELECT count(*) FROM FOLDSTREAM_EVENTS",
  "SELECT count(*) FROM <schema>.foldstream_leases AS orders",
  "SELECT (SELECT data FROM foldstream_events)",
  "WITH log AS (SELECT * FROM foldstream_receipts) SELECT * FROM log",
  "SELECT id FROM orders WHERE EXISTS (SELECT FROM foldstream_leases)",
  "SELECT id FROM orders UNION ALL SELECT data FROM foldstream_events WHERE false",
  "TABLE foldstream_snapshots",
  "SELECT * FROM foldstream_migrations",
  "SELECT query_to_xml('SELECT * FROM foldstream_events', true, true, '')",
  "SELECT table_to_xml('foldstream_checkpoints', true, true, '')",
  "SELECT * FROM public.customers_of_<schema>",
];

describe("SQL from outside is refused", () => {
  beforeEach(async () => {
    const table = `public."customers_of_${kept.schema}"`;
    await asAdministrator(`CREATE TABLE ${table} (id text)`);
    onTestFinished(async () => void (await asAdministrator(`DROP TABLE ${table}`)));
  });

  it.each([
    ...writes.map((sql) => [sql, "refused"] as const),
    ...elsewhere.map((sql) => [sql, "refused: it reads "] as const),
  ])("when it does more than read a read model: %s", async (sql, message) => {
    await expect(select(sql.replace("customers_of_<schema>", `"customers_of_${kept.schema}"`))).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringContaining(message),
    });

    expect(await kept.readModels.reader(orders).count()).toBe(2);
    expect(await kept.readModels.checkpoint(orders, "0")).toBe(1);
    expect(await select("SELECT 1 AS fine")).toEqual([{ fine: 1 }]);
  });
});

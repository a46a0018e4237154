import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SqlReader } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { sale, sales, sell } from "../../test/sales.ts";
import { openTarget, scratchFolder } from "../../test/scratch.ts";

async function withSales() {
  const { readModels } = await openTarget();
  await readModels.prepare([sales]);
  await sell(readModels, [
    sale("EIRE", 100),
    sale("EIRE", 2 ** 40, { soldAt: "2026-01-02T03:04:05.000Z", tags: { gift: true } }),
    sale("France", -7),
  ]);
  const { select } = readModels.sql as SqlReader;
  return { readModels, select: (sql: string, ...parameters: unknown[]) => select({ sql, parameters }) };
}

describe("SQL over facts in DuckDB", () => {
  it("aggregates, and gives numbers, instants and JSON as read models do", async () => {
    const { select } = await withSales();

    expect(
      await select(
        "SELECT country, sum(amount) AS total, max(soldAt) AS last FROM sales GROUP BY ALL ORDER BY country",
      ),
    ).toEqual([
      { country: "EIRE", total: 2 ** 40 + 100, last: "2026-01-02T03:04:05.000Z" },
      { country: "France", total: -7, last: "2025-11-21T19:04:05.678Z" },
    ]);
    expect(await select("SELECT tags, avg(amount) OVER () > 1 AS many, [1, 2] AS list FROM sales LIMIT 1")).toEqual([
      { tags: ["a"], many: true, list: [1, 2] },
    ]);
    expect(await select("SELECT 9223372036854775807 AS big, 1.25 AS exact, DATE '2025-01-02' AS day")).toEqual([
      { big: "9223372036854775807", exact: 1.25, day: "2025-01-02" },
    ]);
  });

  it("takes parameters of every type, instants as ISO text among them", async () => {
    const { select } = await withSales();
    const count = async (condition: string, ...parameters: unknown[]) =>
      (await select(`SELECT count(*) AS n FROM sales WHERE ${condition}`, ...parameters))[0]?.n;

    expect(await count("soldAt >= $1", "2026-01-01T00:00:00.000Z")).toBe(1);
    expect(await count("soldAt < $1", "2026-01-02T03:04:05.000Z")).toBe(2);
    expect(await count("country = $1 AND amount > $2", "EIRE", 100)).toBe(1);
    expect(await count("amount > $1", -7.5)).toBe(3);
    expect(await count("(amount > 0) = $1", false)).toBe(1);
    expect(await count("country IS NOT DISTINCT FROM $1", null)).toBe(0);
  });

  it.each([
    ["DELETE FROM sales_v1", "no SELECT"],
    ["INSERT INTO sales_v1 SELECT * FROM sales_v1", "no SELECT"],
    ["DROP VIEW sales", "no SELECT"],
    ["SET threads = 4", "no SELECT"],
    ["SELECT 1; DELETE FROM sales_v1", "2 statements"],
    ["", "the SQL was refused"],
    ["SELECT * FROM nowhere", "nowhere"],
    ["CALL force_checkpoint()", "no SELECT"],
    ["ATTACH ':memory:' AS other", "no SELECT"],
    ["COPY sales TO 'stolen.parquet'", "the SQL was refused"],
  ])("G9 refuses %j and changes nothing", async (sql, reason) => {
    const { select, readModels } = await withSales();

    await expect(select(sql)).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringContaining(reason),
    });

    expect(await readModels.reader(sales).count()).toBe(3);
  });

  it("G9 reaches no other file", async () => {
    const { select } = await withSales();
    const other = join(scratchFolder(), "secret.csv");
    writeFileSync(other, "secret\n1\n");

    for (const sql of [`SELECT * FROM '${other}'`, `SELECT * FROM read_text('${other}')`, `SELECT * FROM glob('/*')`]) {
      await expect(select(sql), sql).rejects.toMatchObject({ code: "store-failure" });
    }
  });

  it("reads a snapshot while steps are written", async () => {
    const { select, readModels } = await withSales();
    const counting = Array.from({ length: 5 }, () => select("SELECT count(*) AS n FROM sales"));
    await sell(readModels, [sale("EIRE", 1), sale("EIRE", 2)]);

    for (const [row] of await Promise.all(counting)) expect([3, 5]).toContain(row?.n);
  });
});

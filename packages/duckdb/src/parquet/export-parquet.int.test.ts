import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { sale, sales, sell } from "../../test/sales.ts";
import { openTarget, scratchFolder } from "../../test/scratch.ts";

/** What anything else that reads Parquet sees. */
async function rowsIn(files: string) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT country, amount, "soldAt"::VARCHAR AS at, tags::VARCHAR AS tags FROM read_parquet('${files}') ORDER BY amount`,
  );
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

async function withSales() {
  const exportFolder = join(scratchFolder(), "exports");
  const target = await openTarget({ exportFolder });
  await target.readModels.prepare([sales]);
  await sell(target.readModels, [sale("EIRE", 1), sale("France", 2)]);
  return { target, exportFolder };
}

describe("an export to Parquet", () => {
  it("holds the rows of one moment, and says which", async () => {
    const { target, exportFolder } = await withSales();

    const exported = await target.exportParquet({ readModel: "sales" });

    expect(exported).toEqual({ path: join(exportFolder, "sales.parquet"), rows: 2, includes: { 0: 1 } });
    expect(await rowsIn(exported.path)).toEqual([
      { country: "EIRE", amount: "1", at: "2025-11-21 19:04:05.678", tags: '["a"]' },
      { country: "France", amount: "2", at: "2025-11-21 19:04:05.678", tags: '["a"]' },
    ]);
  });

  it("is consistent with its checkpoint while steps are written", async () => {
    const { target } = await withSales();
    const sellAll = async () => {
      for (let step = 0; step < 20; step++) await sell(target.readModels, [sale("EIRE", 1), sale("EIRE", 2)]);
    };
    const selling = sellAll();

    for (let time = 0; time < 5; time++) {
      const { rows, includes } = await target.exportParquet({ readModel: "sales", to: `${time}.parquet` });
      expect(rows).toBe(2 * (includes[0] ?? 0));
    }
    await selling;
  });

  it("may be spread over folders by a column, and replaces the one before whole", async () => {
    const { target, exportFolder } = await withSales();
    const what = { readModel: "sales", partitionBy: ["country"] };
    await target.exportParquet(what);
    await sell(target.readModels, [sale("Spain", 3)]);

    const { path, rows } = await target.exportParquet(what);

    expect([path, rows]).toEqual([join(exportFolder, "sales"), 3]);
    expect(readdirSync(path).sort()).toEqual(["country=EIRE", "country=France", "country=Spain"]);
    expect(await rowsIn(`${path}/*/*.parquet`)).toHaveLength(3);
    expect(readdirSync(exportFolder)).toEqual(["sales"]);
  });

  it("G9 is refused outside its folder, and leaves an earlier one alone when it fails", async () => {
    const { target, exportFolder } = await withSales();
    await target.exportParquet({ readModel: "sales" });

    await expect(target.exportParquet({ readModel: "sales", to: "../sales.parquet" })).rejects.toThrow("Cannot access");
    await expect(
      target.exportParquet({ readModel: "sales", to: "sales.parquet", partitionBy: ["colour"] }),
    ).rejects.toThrow("colour");
    await expect(target.exportParquet({ readModel: "nothing" })).rejects.toThrow("nothing");

    expect(readdirSync(exportFolder)).toEqual(["sales.parquet"]);
    expect(existsSync(join(exportFolder, "../sales.parquet"))).toBe(false);
    expect(await rowsIn(join(exportFolder, "sales.parquet"))).toHaveLength(2);
  });

  it("G9 needs a folder", async () => {
    const target = await openTarget();

    await expect(target.exportParquet({ readModel: "sales" })).rejects.toMatchObject({ problem: "no-export-folder" });
  });
});

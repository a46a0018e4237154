/** The shop on files that are gone after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duckDbTarget } from "@foldstream/duckdb";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime, withTargets } from "foldstream";
import { onTestFinished } from "vitest";
import { app } from "../app.ts";

export interface TemporaryShop {
  readonly runtime: Runtime<typeof app>;
  readonly path: string;
}

interface ShopOptions {
  /** Where the lines that were sold are kept. Default: with all else, in SQLite. */
  readonly sales?: "sqlite" | "duckdb";
}

export async function openShop({ sales = "sqlite" }: ShopOptions = {}): Promise<TemporaryShop> {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-shop-"));
  const path = join(folder, "shop.db");
  const sqlite = sqliteEngine({ path, synchronous: "normal" });
  const engine =
    sales === "sqlite"
      ? sqlite
      : withTargets(sqlite, { sales: await duckDbTarget({ path: join(folder, "sales.duckdb"), threads: 1 }) });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { runtime, path };
}

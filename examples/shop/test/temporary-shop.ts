/** The shop on a SQLite file that is gone after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime } from "foldstream";
import { onTestFinished } from "vitest";
import { app } from "../app.ts";

export interface TemporaryShop {
  readonly runtime: Runtime<typeof app>;
  readonly path: string;
}

export async function openShop(): Promise<TemporaryShop> {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-shop-"));
  const path = join(folder, "shop.db");
  const engine = sqliteEngine({ path, synchronous: "normal" });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { runtime, path };
}

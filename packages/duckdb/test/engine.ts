/** An engine whose log is in SQLite and whose read models are in DuckDB, in files of one folder. */
import { join } from "node:path";
import { sqliteEngine } from "@foldstream/sqlite";
import { combinedEngine } from "foldstream";
import type { Engine } from "foldstream/port";
import { duckDbTarget } from "../src/index.ts";

export async function engineIn(folder: string): Promise<Engine> {
  const readModels = await duckDbTarget({ path: join(folder, "facts.duckdb"), threads: 1 });
  return combinedEngine({ log: sqliteEngine({ path: join(folder, "log.db") }), readModels });
}

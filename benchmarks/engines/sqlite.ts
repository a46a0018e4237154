/** SQLite: each place is a folder with its own files. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteEngine } from "@foldstream/sqlite";
import type { BenchEngine } from "./bench-engine.ts";
import { sqliteBareLog, sqliteBareProjection } from "./sqlite-bare.ts";

export async function openSqlite(): Promise<BenchEngine> {
  return {
    conditions: { name: "SQLite", version: version(), durability: "synchronous=FULL" },
    async place(folder) {
      const path = join(folder, "log.db");
      return {
        engine: () => sqliteEngine({ path }),
        shared: { engine: "sqlite", path },
        bareLog: async () => sqliteBareLog(join(folder, "bare.db")),
        bareProjection: async (eventsPerStep) => sqliteBareProjection(path, eventsPerStep),
        // The folder is removed with all that is in it.
        drop: async () => undefined,
      };
    },
    stop: async () => undefined,
  };
}

function version(): string {
  const database = new DatabaseSync(":memory:");
  const row = database.prepare("SELECT sqlite_version() AS version").get();
  database.close();
  return String(row?.version);
}

import type { BenchEngine, EngineName } from "./bench-engine.ts";
import { openSqlite } from "./sqlite.ts";

const engines: Readonly<Record<EngineName, (folder: string) => Promise<BenchEngine>>> = {
  sqlite: openSqlite,
  // The server's package is only loaded where it is wanted.
  postgres: async (folder) => (await import("./postgres.ts")).openPostgres(folder),
};

export const engineNames = Object.keys(engines) as readonly EngineName[];

/** `folder`: where a server that is started for it keeps its files. Stop it. */
export function openEngine(name: EngineName, folder: string): Promise<BenchEngine> {
  return engines[name](folder);
}

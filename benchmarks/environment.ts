/** The conditions of a run, printed with every number. */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { DatabaseSync } from "node:sqlite";

export interface BenchmarkEnvironment {
  readonly date: string;
  readonly node: string;
  readonly sqlite: string;
  readonly synchronous: "FULL";
  readonly cpu: string;
  readonly cores: number;
  readonly commit: string;
}

export function environment(): BenchmarkEnvironment {
  const database = new DatabaseSync(":memory:");
  const sqlite = String(database.prepare("SELECT sqlite_version() AS version").get()?.version);
  database.close();
  return {
    date: new Date().toISOString(),
    node: process.version,
    sqlite,
    synchronous: "FULL",
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "not a checkout";
  }
}

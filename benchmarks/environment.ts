/** The conditions of a run, printed with every number. */
import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { DatabaseSync } from "node:sqlite";

export interface BenchmarkEnvironment {
  readonly date: string;
  readonly node: string;
  readonly sqlite: string;
  readonly synchronous: "FULL";
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Of the folder that held the databases. `tmpfs` is memory, where a commit waits for no disk. */
  readonly filesystem: string;
  /** Ends in `-dirty` when the checkout had changes. */
  readonly commit: string;
}

/** Numbers from statfs(2), as Linux has them. */
const filesystems: Readonly<Record<number, string>> = {
  61267: "ext4",
  1481003842: "xfs",
  2435016766: "btrfs",
  801189825: "zfs",
  2035054128: "overlay",
  16914836: "tmpfs",
};

export function environment(folder: string): BenchmarkEnvironment {
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
    memoryGb: Math.round(totalmem() / 2 ** 30),
    filesystem: filesystemOf(folder),
    commit: commit(),
  };
}

function filesystemOf(folder: string): string {
  const { type } = statfsSync(folder);
  return filesystems[type] ?? `type ${type}`;
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--exclude", "*"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "not a checkout";
  }
}

/** The conditions of a run, printed with every number. */
import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { EngineConditions } from "./engines/bench-engine.ts";

export interface BenchmarkEnvironment {
  readonly date: string;
  readonly node: string;
  readonly engine: EngineConditions;
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

export function environment(folder: string, engine: EngineConditions): BenchmarkEnvironment {
  return {
    date: new Date().toISOString(),
    node: process.version,
    engine,
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

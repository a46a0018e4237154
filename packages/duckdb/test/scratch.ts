/** Folders and targets that are gone when the test is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type DuckDbOptions, type DuckDbTarget, duckDbTarget } from "../src/index.ts";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-duckdb-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function scratchFile(): string {
  return join(scratchFolder(), "facts.duckdb");
}

/** A target on a fresh file, or on the one given. */
export async function openTarget(options: Partial<DuckDbOptions> = {}): Promise<DuckDbTarget> {
  const target = await duckDbTarget({ path: scratchFile(), threads: 1, ...options });
  onTestFinished(() => target.close());
  return target;
}

/** A process whose log is in SQLite and whose read models are in DuckDB: see `runWriter`. */
export const writerProcess = new URL("writer-process.ts", import.meta.url);

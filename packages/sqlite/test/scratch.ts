/** Folders and engines that are gone when the test is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type SqliteEngine, type SqliteOptions, sqliteEngine } from "../src/index.ts";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function scratchFile(): string {
  return join(scratchFolder(), "app.db");
}

/** An engine on a fresh file, or on the one given. */
export function openEngine(options: Partial<SqliteOptions> = {}): SqliteEngine {
  const engine = sqliteEngine({ path: scratchFile(), ...options });
  onTestFinished(() => engine.close());
  return engine;
}

/** A process that writes to a file: see `runWriter`. */
export const writerProcess = new URL("writer-process.ts", import.meta.url);

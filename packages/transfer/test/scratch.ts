/** Folders and engines that are gone when the test is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SqliteEngine, sqliteEngine } from "@foldstream/sqlite";
import { onTestFinished } from "vitest";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-transfer-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openSqlite(path = join(scratchFolder(), "app.db")): SqliteEngine {
  const engine = sqliteEngine({ path, synchronous: "normal" });
  onTestFinished(() => engine.close());
  return engine;
}

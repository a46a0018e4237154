/** The example on an engine that is gone after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime } from "foldstream";
import type { Engine } from "foldstream/port";
import { onTestFinished } from "vitest";
import { app } from "../app.ts";

export interface TemporaryFlights {
  readonly runtime: Runtime<typeof app>;
  /** Stops it; the data stays until the test is over. */
  close(): Promise<void>;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-flights-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** On a SQLite file of its own. */
export function openFlights(): Promise<TemporaryFlights> {
  return runFlights(sqliteEngine({ path: join(temporaryFolder(), "flights.db"), synchronous: "normal" }));
}

export async function runFlights(engine: Engine): Promise<TemporaryFlights> {
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= runtime.stop().then(() => engine.close()));
  onTestFinished(close);
  return { runtime, close };
}

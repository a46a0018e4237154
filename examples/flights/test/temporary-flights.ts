/** The example on a SQLite file that is gone after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime } from "foldstream";
import { onTestFinished } from "vitest";
import { app } from "../app.ts";

export interface TemporaryFlights {
  readonly path: string;
  readonly runtime: Runtime<typeof app>;
  /** Stops it; the file stays until the test is over. */
  close(): Promise<void>;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-flights-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function openFlights(folder = temporaryFolder()): Promise<TemporaryFlights> {
  const path = join(folder, "flights.db");
  const engine = sqliteEngine({ path, synchronous: "normal" });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= runtime.stop().then(() => engine.close()));
  onTestFinished(close);
  return { path, runtime, close };
}

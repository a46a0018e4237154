/** Runs tests of an example on each engine that there is on this machine; the others are skipped with the reason. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type EngineName, engineNames, type RunningEngines, startEngines, whyNotHere } from "../index.ts";

/** How long servers may take to start on a busy machine. */
const patienceMs = 120_000;

export interface EngineUnderTest {
  readonly name: EngineName;
  /** Started before the tests, with a folder of its own that goes when they are done. */
  readonly engines: () => RunningEngines;
  /** The folder. */
  readonly data: string;
}

/** DuckDB keeps one read model of the shop; all else is as on SQLite. */
const logs = engineNames.filter((name) => name !== "duckdb");

export function onEveryEngine(tests: (on: EngineUnderTest) => void, names: readonly EngineName[] = logs): void {
  describe.each(names)("on %s", (name) => {
    const why = whyNotHere(name);
    describe.skipIf(why)(why ?? "here", () => {
      const data = mkdtempSync(join(tmpdir(), `foldstream-on-${name}-`));
      // PostgreSQL does not run as root, so its own user must be able to get to the folder.
      chmodSync(data, 0o755);
      let engines: RunningEngines | undefined;
      beforeAll(async () => {
        engines = await startEngines(name, data);
      }, patienceMs);
      afterAll(async () => {
        await engines?.close();
        rmSync(data, { recursive: true, force: true });
      }, patienceMs);
      tests({ name, data, engines: () => engines as RunningEngines });
    });
  });
}

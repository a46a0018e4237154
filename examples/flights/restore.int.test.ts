import { join } from "node:path";
import { caughtUp } from "@foldstream/example-replay";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { restoreBackup, writeBackup } from "@foldstream/transfer";
import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine, Row } from "foldstream/port";
import { expect, it, onTestFinished } from "vitest";
import { app } from "./app.ts";
import { replay } from "./replay/replay-departures.ts";
import { temporaryFolder } from "./test/temporary-flights.ts";

const departures = 4_000;

async function runOn(engine: Engine) {
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await engine.close();
  });
  return runtime;
}

/** Every row of every read model, in the order of their keys. */
async function rowsOf({ readModels }: Engine): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  for (const { name, version, table } of app.projections) {
    const reader = readModels.reader({ name, version, kind: "table", ...table });
    const rows: Row[] = [];
    for (let page = await reader.find({ limit: 1_000 }); page.length > 0; ) {
      rows.push(...page);
      page = await reader.find({ limit: 1_000, offset: rows.length });
    }
    found[name] = rows;
  }
  return found;
}

it("G4 has the same rows in every read model when they are made again from a backup, on another engine", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "flights.gz");
  const original = sqliteEngine({ path: join(folder, "flights.db"), synchronous: "normal" });
  const before = await runOn(original);
  const { events } = await replay({ runtime: before, limit: departures });
  await caughtUp(before, events);

  await writeBackup(original, file);
  const restored = memoryEngine();
  const { written } = await restoreBackup(file, restored);
  const after = await runOn(restored);
  await caughtUp(after, events);

  const rows = await rowsOf(restored);
  expect(written.events).toBeGreaterThan(departures);
  expect(rows.board?.length).toBe(3_376);
  expect(rows.days?.reduce((sum, row) => sum + (row.departures as number), 0)).toBe(departures);
  expect(rows).toEqual(await rowsOf(original));
  const again = await replay({ runtime: after, limit: departures });
  expect(again.tally).toMatchObject({ recorded: 0, replayed: departures });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { restoreBackup, writeBackup } from "@foldstream/transfer";
import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { expect, it, onTestFinished } from "vitest";
import app, { counter, total } from "./counter.ts";

const ids = ["1", "2", "3"];

async function runOn(engine: Engine) {
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await engine.close();
  });
  return runtime;
}

/** What each counter shows once its read model includes that counter's own newest command: streams of other partitions may lag behind it. */
async function totalsOf(runtime: Awaited<ReturnType<typeof runOn>>): Promise<unknown[]> {
  return Promise.all(
    ids.map(async (id) => {
      const last = await runtime.execute(counter, id, "Increment", {}, { commandId: `last-${id}` });
      const answer = await runtime.query(total, { id }, { after: last.ok ? last.token : "" });
      return answer.ok && answer.value;
    }),
  );
}

it("G2 G4 goes on from a backup on another engine: the same totals, and a retry from before counts once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-counter-restore-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [file, engine] = [join(folder, "counter.gz"), memoryEngine({ partitions: 3 })];
  const before = await runOn(engine);
  const increments = Array.from({ length: 600 }, (_, index) => ({ id: ids[index % 3] as string, by: (index % 9) + 1 }));
  await Promise.all(
    increments.map(({ id, by }, index) =>
      before.execute(counter, id, "Increment", { by }, { commandId: `press-${index}` }),
    ),
  );
  const totals = await totalsOf(before);

  await writeBackup(engine, file);
  const restored = sqliteEngine({ path: join(folder, "restored.db") });
  await restoreBackup(file, restored);
  const after = await runOn(restored);

  const retry = await after.execute(counter, "1", "Increment", { by: 1 }, { commandId: "press-0" });
  expect(retry).toMatchObject({ ok: true, replayed: true });
  expect(await totalsOf(after)).toEqual(totals);
});

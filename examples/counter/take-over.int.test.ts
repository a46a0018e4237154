import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import { expect, it, onTestFinished, vi } from "vitest";
import app, { counter, total } from "./counter.ts";

const hourMs = 3_600_000;

async function runOn(path: string, leaseMs: number) {
  const engine = sqliteEngine({ path });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), settings: { leaseMs } });
  await runtime.start();
  onTestFinished(() => runtime.stop().then(() => engine.close()));
  return runtime;
}

type Running = Awaited<ReturnType<typeof runOn>>;

async function isWorking(runtime: Running): Promise<boolean> {
  const { worker, projections } = await runtime.status();
  return projections.every(({ holder, state }) => holder === worker && state !== "elsewhere");
}

async function increment(runtime: Running, by: number): Promise<string> {
  const outcome = await runtime.execute(counter, "a", "Increment", { by });
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.token;
}

it("G10 works at once on a file whose last worker seems alive, and hands over to it when it stops", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-take-over-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "app.db");
  const older = await runOn(path, 900);
  await vi.waitFor(async () => expect(await isWorking(older)).toBe(true), 30_000);

  const newer = await runOn(path, hourMs);
  await vi.waitFor(async () => expect(await isWorking(newer)).toBe(true), 30_000);
  const asked = await newer.query(total, { id: "a" }, { after: await increment(older, 3), waitMs: 30_000 });
  expect(asked).toMatchObject({ ok: true, value: 3 });
  await vi.waitFor(async () => expect(await isWorking(older)).toBe(false), 30_000);

  await newer.stop();
  const after = await increment(older, 4);
  expect(await older.query(total, { id: "a" }, { after, waitMs: 30_000 })).toMatchObject({ ok: true, value: 7 });
});

import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, vi } from "vitest";
import app, { likes, popularity, shardFor } from "../test/likes.ts";
import { wholeFeed } from "../test/log.ts";

it("G2 G4 a counter spread over streams counts each command once, and in one row", async () => {
  const engine = memoryEngine();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  const like = (commandId: string) =>
    runtime.execute(likes, shardFor("song~1", commandId), "Like", { by: 1 }, { commandId });

  const commandIds = Array.from({ length: 200 }, (_, index) => `command-${index}`);
  await Promise.all(commandIds.map(like));
  const retried = await Promise.all(commandIds.map(like));

  expect(retried.every((outcome) => outcome.ok && outcome.replayed)).toBe(true);
  const events = await wholeFeed(engine.eventFeed);
  expect(events).toHaveLength(200);
  expect(new Set(events.map(({ stream }) => stream)).size).toBe(8);
  const model = { name: "popularity", version: 1, kind: "table", ...popularity.table } as const;
  await vi.waitFor(async () =>
    expect(await engine.readModels.reader(model).find()).toEqual([{ id: "song~1", likes: 200 }]),
  );
  await runtime.stop();
});

import { nodeEnvironment } from "@foldstream/node";
import { aggregate, app, createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it } from "vitest";
import * as z from "zod";
import { measureEvents } from "./measured.ts";

const note = aggregate("note", {
  initialState: null,
  events: { Written: z.object({ text: z.string() }) },
  commands: { Write: z.object({ texts: z.array(z.string()) }) },
  decide: { Write: ({ texts }) => texts.map((text) => ({ Written: { text } })) },
  evolve: { Written: (state) => state },
});

it("finds the bytes of data, events of a command and commands of a stream that a log holds", async () => {
  const engine = memoryEngine({ partitions: 3 });
  const runtime = createRuntime(app({ aggregates: [note] }), { engine, environment: nodeEnvironment() });
  for (const id of ["a", "b", "c"])
    for (let command = 0; command < 4; command++)
      await runtime.execute(note, id, "Write", { texts: ["x".repeat(89), "y".repeat(89)] });

  const { events, streams, sample } = await measureEvents(engine.eventFeed);

  expect(events).toMatchObject({ perCommand: 2, dataBytes: 100, metadataBytes: 0 });
  expect(events.deflatedTo).toBeLessThan(0.1);
  expect(streams.commandsEach).toBe(4);
  expect(sample).toBe(24);
  expect((await measureEvents(engine.eventFeed, 5)).sample).toBeLessThanOrEqual(15);
  await runtime.stop();
});

it("refuses a log that holds nothing", async () => {
  await expect(measureEvents(memoryEngine().eventFeed)).rejects.toMatchObject({ code: "nothing-to-measure" });
});

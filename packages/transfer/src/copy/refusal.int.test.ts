import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { contentsOf, fill, plainSteps, type Step } from "../../test/logs.ts";
import { copyLog } from "../index.ts";

const log = plainSteps(300);

/** A target that holds a part of the log, changed. */
async function targetWith(steps: readonly Step[]): Promise<Engine> {
  const engine = memoryEngine({ partitions: 2 });
  await fill(engine, steps);
  return engine;
}

async function expectRefused(to: Engine, message: RegExp): Promise<void> {
  const from = await targetWith(log);
  const before = await contentsOf(to);

  const copied = copyLog(from, to);

  await expect(copied).rejects.toMatchObject({ name: "TransferError", problem: "target-differs" });
  await expect(copied).rejects.toThrow(message);
  expect(await contentsOf(to)).toEqual(before);
}

describe("a target that holds something else is refused before anything is written", () => {
  it("another stream", async () => {
    const to = await targetWith([
      ...log.slice(0, 50),
      { stream: "other-1", texts: ["1"], idle: false, principal: undefined },
    ]);

    await expectRefused(to, /holds stream "other-1" up to version 1, which the source does not.*Choose a target/);
  });

  it("more events than the source", async () => {
    const to = await targetWith([...log, { stream: "counter-3", texts: ["1"], idle: false, principal: undefined }]);

    await expectRefused(to, /holds stream "counter-3" up to version \d+, which the source does not/);
  });

  it.each([
    ["data", { texts: ['{"by":0}'] }],
    ["metadata", { principal: { id: "somebody else" } }],
  ])("an event with other %s", async (_, change) => {
    const to = await targetWith(log.slice(0, 100).map((step, index) => (index === 40 ? { ...step, ...change } : step)));

    await expectRefused(to, /holds other events in stream "counter-0"/);
  });
});

describe("a target that turns out to hold something else is refused", () => {
  it("a receipt that says something else", async () => {
    const [from, to] = [await targetWith(log), memoryEngine()];
    const receipts = [{ commandId: "command-20", fingerprint: "another", version: 0 }];
    await to.eventStore.append([{ stream: "counter-0", expected: 0, events: [], receipts }]);

    await expect(copyLog(from, to)).rejects.toThrow(/another receipt of command "command-20" on stream "counter-0"/);
  });

  it("a receipt that the source does not have, found by the comparison at the end", async () => {
    const [from, to] = [await targetWith(log), memoryEngine()];
    const receipts = [{ commandId: "unknown", fingerprint: "unknown", version: 0 }];
    await to.eventStore.append([{ stream: "counter-0", expected: 0, events: [], receipts }]);

    await expect(copyLog(from, to)).rejects.toMatchObject({
      problem: "copy-differs",
      message: expect.stringContaining("the target has 313 receipts, the source 312"),
    });
  });

  it("a target that changes what it is given, found by the comparison at the end", async () => {
    const [from, honest] = [await targetWith(log), memoryEngine()];
    const eventFeed: Engine["eventFeed"] = {
      ...honest.eventFeed,
      async read(...place) {
        const page = await honest.eventFeed.read(...place);
        return { ...page, events: page.events.map((event) => ({ ...event, recordedAt: 0 })) };
      },
    };

    await expect(copyLog(from, { ...honest, eventFeed })).rejects.toMatchObject({
      problem: "copy-differs",
      message: expect.stringContaining("the events of the target have another digest"),
    });
  });
});

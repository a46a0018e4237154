import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { countingFunctions, increment } from "../../test/counter.ts";
import { joined, notification, scheduledEvent, sqsEvent } from "../../test/events.ts";

const explode = { aggregate: "counter", id: "a", command: "Explode", data: {} };
const ids = (...found: readonly string[]) => ({
  batchItemFailures: found.map((itemIdentifier) => ({ itemIdentifier })),
});

describe("a command queue", () => {
  it("decides the commands on one stream together, in one append", async () => {
    const engine = memoryEngine();
    const appends: number[] = [];
    const append: typeof engine.eventStore.append = (writes) => {
      appends.push(writes.length);
      return engine.eventStore.append(writes);
    };
    const functions = await countingFunctions({}, { ...engine, eventStore: { ...engine.eventStore, append } });

    expect(await functions.queue(sqsEvent([1, 2, 3, 4].map((by) => increment("a", by))))).toEqual(ids());

    expect(await functions.increments("a")).toEqual([1, 2, 3, 4]);
    expect(appends).toEqual([1]);
  });

  it("G2 executes a message once that is delivered again, to whichever copy", async () => {
    const functions = await countingFunctions();
    const copy = await countingFunctions({}, functions.engine);
    const event = sqsEvent([increment("a", 1), increment("a", 2, { commandId: "mine" })]);

    await Promise.all([functions.queue(event), copy.queue(event)]);
    await functions.queue(sqsEvent([increment("a", 2, { commandId: "mine" })], { ids: ["another"] }));

    expect((await functions.increments("a")).toSorted()).toEqual([1, 2]);
  });

  it("G2 executes a notification once that its topic put into the queue twice", async () => {
    const functions = await countingFunctions();
    const bodies = [notification(increment("a", 7)), notification(increment("a", 7))];

    expect(await functions.queue(sqsEvent(bodies))).toEqual(ids());

    expect(await functions.increments("a")).toEqual([7]);
  });

  it("takes a command out of an event of EventBridge", async () => {
    const functions = await countingFunctions();

    await functions.queue(sqsEvent([{ ...scheduledEvent(), detail: increment("a", 7) }]));

    expect(await functions.increments("a")).toEqual([7]);
  });

  it.each([
    ["text", "hello"],
    ["a list", "[]"],
    ["nothing", ""],
    ["no names", { data: {} }],
    ["an unknown aggregate", { ...increment("a"), aggregate: "conter" }],
    ["an unknown command", { ...increment("a"), command: "Incremet" }],
    ["a payload that does not fit", { ...increment("a"), data: { by: "many" } }],
    ["an id that is no text", { ...increment("a"), id: 7 }],
    ["a version that is none", { ...increment("a"), expectedVersion: -1 }],
    ["a command whose code fails", explode],
  ])("delivers %s again, so that it ends in the dead-letter queue, and executes the rest", async (_, body) => {
    const functions = await countingFunctions();

    expect(await functions.queue(sqsEvent([increment("b", 1), body, increment("b", 2)]))).toEqual(ids("m1"));

    expect(await functions.increments("b")).toEqual([1, 2]);
    expect(functions.logged).toEqual([["error", expect.any(String), expect.anything()]]);
  });

  it("is done with a command that the domain rejects, or whose version has passed", async () => {
    const functions = await countingFunctions();
    const late = increment("a", 1, { expectedVersion: 5 });

    expect(await functions.queue(sqsEvent([increment("a", 2_000), late, increment("a", 3)]))).toEqual(ids());

    expect(await functions.increments("a")).toEqual([3]);
    expect(functions.logged).toMatchObject([
      ["info", "A command was refused.", { reason: "rejected", code: "full" }],
      ["info", "A command was refused.", { reason: "version-conflict" }],
    ]);
  });

  it("executes none of a group behind one that failed, and goes on with the other groups", async () => {
    const functions = await countingFunctions();
    const one = sqsEvent([increment("a", 1), increment("b", 2), explode, increment("a", 3)], { group: "one" });
    const other = sqsEvent([increment("c", 4), increment("c", 5)], { group: "other" });

    expect(await functions.queue(joined(one, other))).toEqual(ids("one2", "one3"));

    expect(await functions.increments("a")).toEqual([1]);
    expect(await functions.increments("b")).toEqual([2]);
    expect(await functions.increments("c")).toEqual([4, 5]);
  });

  it("decides a group's commands on one stream together, in one append, and in order", async () => {
    const engine = memoryEngine();
    const appends: number[] = [];
    const append: typeof engine.eventStore.append = (writes) => {
      appends.push(...writes.map(({ receipts }) => receipts.length));
      return engine.eventStore.append(writes);
    };
    const functions = await countingFunctions({}, { ...engine, eventStore: { ...engine.eventStore, append } });
    const bodies = [1, 2, 3, 4].map((by) => increment("a", by));

    expect(await functions.queue(sqsEvent(bodies, { group: "g" }))).toEqual(ids());

    expect(await functions.increments("a")).toEqual([1, 2, 3, 4]);
    expect(appends).toEqual([4]);
  });

  it("G10 goes on in order with a group whose first delivery was cut off", async () => {
    const functions = await countingFunctions();
    const event = sqsEvent([increment("a", 1), increment("a", 2), increment("a", 3)], { group: "g" });
    await functions.queue({ Records: event.Records.slice(0, 2) });

    expect(await functions.queue(event)).toEqual(ids());

    expect(await functions.increments("a")).toEqual([1, 2, 3]);
  });

  it("executes in the name that it is given, whatever the message claims", async () => {
    const functions = await countingFunctions({ queue: { principal: { id: "queue" } } });

    await functions.queue(sqsEvent([increment("a", 1, { principal: { id: "root" } })]));

    const [event] = await functions.engine.eventStore.read("counter-a", { after: 0, limit: 1 });
    expect(event?.metadata.principal).toEqual({ id: "queue" });
  });

  it("leaves no snapshot on its way", async () => {
    const engine = memoryEngine();
    let written = 0;
    const writeSnapshot: typeof engine.eventStore.writeSnapshot = async (stream, snapshot) => {
      await new Promise((resolve) => setImmediate(resolve));
      await engine.eventStore.writeSnapshot(stream, snapshot);
      written++;
    };
    const functions = await countingFunctions({}, { ...engine, eventStore: { ...engine.eventStore, writeSnapshot } });

    await functions.queue(sqsEvent([1, 2, 3, 4, 5].map((by) => increment("a", by))));

    expect(written).toBe(1);
  });

  it("refuses what comes from no queue", async () => {
    const { queue } = await countingFunctions();

    await expect(queue(scheduledEvent())).rejects.toMatchObject({ code: "unsupported-event" });
  });
});

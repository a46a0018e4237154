import { describe, expect, it, vi } from "vitest";
import {
  clientConfig,
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../../test/local-engine.ts";
import { adding, appendEach, placesOf, wholeFeed } from "../../test/log.ts";
import { SplitStream } from "../../test/split-stream.ts";
import { type DynamoDbEngine, dynamoDbEngine } from "../index.ts";

vi.setConfig({ testTimeout: slowEngineMs });

const streams = Array.from({ length: 12 }, (_, index) => `sum-${index}`);

/** Every stream grows by `count`, each event its own append. */
async function appendToAll({ eventStore }: DynamoDbEngine, from: number, count: number): Promise<void> {
  await Promise.all(streams.map((stream) => appendEach(eventStore, stream, from, count)));
}

function placesUpTo(version: number): string[] {
  const versions = Array.from({ length: version }, (_, index) => String(index + 1).padStart(6, "0"));
  return streams.flatMap((stream) => versions.map((padded) => `${stream}@${padded}`)).sort();
}

/** Waits until the feed holds so many events, then looks whether they are the right ones, each stream's in order. */
async function expectRecorded({ eventFeed }: DynamoDbEngine, version: number): Promise<void> {
  await vi.waitFor(async () => expect((await wholeFeed(eventFeed)).length).toBeGreaterThanOrEqual(12 * version), {
    timeout: slowEngineMs,
    interval: 100,
  });
  const feed = await wholeFeed(eventFeed);
  expect(placesOf(feed)).toEqual(placesUpTo(version));
  const seen = new Map<string, number>();
  for (const event of feed) {
    expect(event.version).toBe((seen.get(event.stream) ?? 0) + 1);
    seen.set(event.stream, event.version);
  }
}

describe.skipIf(withoutDynamoDb)(`the recorder${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G3 records what other processes append, as the table's stream tells of it", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const recorder = await openEngine(tables);
    await vi.waitFor(() => expect(dynamoDb().proxy.account().byOperation.GetRecords).toBeDefined(), slowEngineMs);

    await appendToAll(writer, 0, 4);

    await expectRecorded(recorder, 4);
  });

  it("G3 G10 records each event once although three recorders are at work, and records come twice", async () => {
    const tables = freshOptions();
    dynamoDb().proxy.inject({ operation: "GetRecords", fault: "duplicate-records", times: 20 });
    const engines = await Promise.all([openEngine(tables), openEngine(tables), openEngine(tables)]);

    await Promise.all(
      streams.map(async (stream, index) => {
        const { eventStore } = engines[index % 3] as DynamoDbEngine;
        await appendEach(eventStore, stream, 0, 5);
      }),
    );

    await expectRecorded(engines[0] as DynamoDbEngine, 5);
    dynamoDb().proxy.clear();
  });

  it("G3 notices by the gap that records were lost, and fills it from the log", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const recorder = await openEngine(tables);
    await recorder.sweep();
    const lost = dynamoDb().proxy.inject({ operation: "GetRecords", fault: "drop-records", times: 1_000_000 });
    await appendToAll(writer, 0, 3);
    await vi.waitFor(() => expect(lost.hits()).toBeGreaterThan(2), slowEngineMs);
    lost.remove();

    await appendToAll(writer, 3, 1);

    await expectRecorded(recorder, 4);
  });

  it.each(["trimmed", "expired-iterator"] as const)("G10 goes on after a read that meets %s", async (fault) => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const struck = dynamoDb().proxy.inject({ operation: "GetRecords", fault, times: 2 });
    const recorder = await openEngine(tables);

    await appendToAll(writer, 0, 2);

    await expectRecorded(recorder, 2);
    await vi.waitFor(() => expect(struck.hits()).toBe(2), slowEngineMs);
    await appendToAll(writer, 2, 1);
    await expectRecorded(recorder, 3);
  });

  it("G10 looks through the table when it has not been at work for longer than the stream remembers", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    await appendToAll(writer, 0, 3);
    const lost = dynamoDb().proxy.inject({ operation: "GetRecords", fault: "drop-records", times: 1_000_000 });

    const recorder = await openEngine(tables);

    await expectRecorded(recorder, 3);
    lost.remove();
  });

  it("G3 reads the children of a shard that has split after their parent, and records each event once", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    await appendToAll(writer, 0, 2);
    const stream = new SplitStream(dynamoDb().proxy);
    stream.split(12);

    const recorder = await openEngine(tables);

    await expectRecorded(recorder, 2);
    await vi.waitFor(() => expect(new Set(stream.served).size).toBe(3), slowEngineMs);
    expect(stream.served.lastIndexOf("parent")).toBeLessThan(stream.served.findIndex((shard) => shard !== "parent"));
    dynamoDb().proxy.clear();
  });

  it("G3 goes on with the children of a shard that splits under it, also when it starts anew", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const stream = new SplitStream(dynamoDb().proxy);
    const first = await dynamoDbEngine(tables);
    await appendToAll(writer, 0, 1);
    await expectRecorded(first, 1);
    await vi.waitFor(() => expect(stream.served).toContain("parent"), slowEngineMs);

    stream.split();
    await appendToAll(writer, 1, 1);
    await expectRecorded(first, 2);
    await first.close();
    await appendToAll(writer, 2, 1);
    const second = await openEngine(tables);

    await expectRecorded(second, 3);
    expect(stream.served).toEqual(expect.arrayContaining(["parent", "left", "right"]));
    dynamoDb().proxy.clear();
  });

  it("G10 a recorder that stands by follows the stream once the one that did has ended", async () => {
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const older = await openEngine(tables);
    const newer = await dynamoDbEngine(tables);
    await appendToAll(writer, 0, 1);
    await expectRecorded(older, 1);

    await newer.close();
    await appendToAll(writer, 1, 1);

    await expectRecorded(older, 2);
  });

  it("G3 records the streams that another consumer of the table's stream names: twice, late, out of order, by two at once", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const [writer, first, second] = await Promise.all([openEngine(tables), openEngine(tables), openEngine(tables)]);
    await appendToAll(writer, 0, 2);
    await first.record(streams.slice(0, 4));
    await appendToAll(writer, 2, 2);

    await Promise.all([
      first.record([...streams].reverse()),
      second.record([...streams, ...streams, "sum-unknown"]),
      second.record(streams.slice(6)),
    ]);

    await expectRecorded(writer, 4);
  });

  it("goes on although the engine fails for a while, and tells of it", async () => {
    const failures: unknown[] = [];
    const tables = freshOptions();
    const writer = await openEngine({ ...tables, recorder: "elsewhere" });
    const client = { ...clientConfig(), maxAttempts: 1 };
    const recorder = await openEngine({ ...tables, client, recorderFailed: (error) => failures.push(error) });
    const struck = dynamoDb().proxy.inject({ operation: "GetRecords", fault: "server-error", times: 3 });

    await writer.eventStore.append([adding("sum-1", 0, "first")]);

    await vi.waitFor(async () => expect(await wholeFeed(recorder.eventFeed)).toHaveLength(1), slowEngineMs);
    await vi.waitFor(() => expect(struck.hits()).toBe(3), slowEngineMs);
    await vi.waitFor(() => expect(failures.length).toBe(3), slowEngineMs);
  });
});

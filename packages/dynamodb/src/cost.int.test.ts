import type { ReadModelStore } from "foldstream/port";
import { describe, expect, it, vi } from "vitest";
import { cities, city, take } from "../test/cities.ts";
import { dynamoDb, openEngine, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../test/local-engine.ts";
import { added, adding, noise } from "../test/log.ts";

vi.setConfig({ testTimeout: slowEngineMs });

/** Makes the event's data 300 bytes. */
const padding = noise(270).replaceAll(/["\\]/g, "x");

async function consumed(work: () => Promise<unknown>) {
  dynamoDb().proxy.resetAccount();
  await work();
  const { readUnits, writeUnits } = dynamoDb().proxy.account();
  return { readUnits, writeUnits };
}

describe.skipIf(withoutDynamoDb)(`what an operation consumes${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb({ countUnits: true });

  it("is 1 write for the first append, and 2 for each further one with the state cached", async () => {
    const { eventStore } = await openEngine({ recorder: "elsewhere" });
    const append = (version: number) =>
      consumed(() => eventStore.append([adding("sum-1", version, `command-${version}`, padding)]));

    expect(await append(0)).toEqual({ readUnits: 0, writeUnits: 1 });
    for (const version of [1, 2, 3, 4, 5, 6])
      expect((await append(version)).writeUnits, `append ${version}`).toBeLessThanOrEqual(2);
    expect((await append(7)).readUnits).toBe(0);
  });

  it("is three reads for opening an engine and its read models once more, however many those are", async () => {
    const tables = { recorder: "elsewhere", tablePrefix: `again-${process.pid}-` } as const;
    const models = [cities, { ...cities, name: "towns" }, { ...cities, name: "villages" }];
    await (await openEngine(tables)).readModels.prepare(models);
    const deployed = { ...tables, createTables: false };

    const again = await consumed(async () => (await openEngine(deployed)).readModels.prepare(models));

    expect(again.writeUnits).toBe(0);
    const operations = Object.entries(dynamoDb().proxy.account().byOperation);
    expect(operations.map(([operation, { requests }]) => [operation, requests]).sort()).toEqual([
      ["BatchGetItem", 2],
      ["GetItem", 1],
    ]);
  });

  it("is half a read unit for the state of a short stream, where it may be stale", async () => {
    const tables = { recorder: "elsewhere", tablePrefix: `cost-${process.pid}-` } as const;
    const writer = await openEngine(tables);
    for (const version of [0, 1, 2])
      await writer.eventStore.append([adding("sum-1", version, `command-${version}`, padding)]);
    const { eventStore } = await openEngine(tables);

    const reading = await consumed(() => eventStore.read("sum-1", { after: 0, limit: 1_000, mayBeStale: true }));
    const appending = await consumed(() => eventStore.append([adding("sum-1", 3, "command-3", padding)]));

    expect(reading).toEqual({ readUnits: 0.5, writeUnits: 0 });
    expect(appending.readUnits).toBeLessThanOrEqual(1);
    expect(appending.writeUnits).toBeLessThanOrEqual(2);
  });

  it("is less than 0.1 write for each of 100 increments of a hot counter in one append", async () => {
    const { eventStore } = await openEngine({ recorder: "elsewhere" });
    const page = (number: number) => {
      const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
      const receipts = ids.map((commandId, index) => ({
        commandId,
        fingerprint: "2166136261.2654435769",
        version: number * 100 + index + 1,
      }));
      return [{ stream: "counter-1", expected: number * 100, events: ids.map((id) => added(1, id)), receipts }];
    };
    await eventStore.append(page(0));

    const { writeUnits, readUnits } = await consumed(() => eventStore.append(page(1)));

    expect(readUnits).toBe(0);
    expect(writeUnits / 100).toBeLessThan(0.1);
  });

  it("is nothing but requests for a step that a projection need not take", async () => {
    const { readModels } = await openEngine({ recorder: "elsewhere" });
    const model = { name: "notes", version: 1, kind: "table", columns: {}, indexes: [], search: [] } as const;
    const target: ReadModelStore = readModels;
    await target.prepare([model]);

    const step = { partition: "0", expected: 5, next: 6, rows: [], facts: [] };
    const { writeUnits } = await consumed(() => target.write(model, step));

    expect(writeUnits).toBe(0);
  });

  it("of a find by an index is by how many answers there are, not by how many rows", async () => {
    const { readModels } = await openEngine({ recorder: "elsewhere" });
    await readModels.prepare([cities]);
    const about = noise(1_500);
    const many = Array.from({ length: 30 }, (_, index) => [
      `city-${index}`,
      city({ country: index < 3 ? "CH" : "AT", people: index, about }),
    ]);
    await take(readModels, cities, Object.fromEntries(many));
    const reader = readModels.reader(cities);
    const reading = async (work: () => Promise<unknown>) => (await consumed(work)).readUnits;

    // A query of each of 4 partition keys, the definition, and a document for each answer.
    expect(await reading(() => reader.find({ where: { country: "CH" } }))).toBe(4 + 1 + 3);
    expect(await reading(() => reader.count({ country: "CH", people: 2 }))).toBe(4 + 1 + 1);
    expect(await reading(() => reader.find({ orderBy: [["people", "desc"]], limit: 2 }))).toBe(4 + 1 + 2);
    expect(await reading(() => reader.find({ where: { about } }))).toBeGreaterThan(12);
  });
});

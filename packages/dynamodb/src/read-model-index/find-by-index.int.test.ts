import * as fc from "fast-check";
import { memoryReadModels } from "foldstream/memory";
import type { FindOptions, ReadModel, ReadModelStore, Row } from "foldstream/port";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cities, city, take } from "../../test/cities.ts";
import {
  clientConfig,
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../../test/local-engine.ts";

vi.setConfig({ testTimeout: slowEngineMs });

const someCities = fc.dictionary(
  fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
  fc.option(
    fc
      .record({
        country: fc.constantFrom(null, "AT", "AT", "AT", "", "AT ", "CH", "é", "👍", "\u0000", "x".repeat(2_000)),
        people: fc.constantFrom(-5, 0, 20),
        capital: fc.boolean(),
      })
      .map(city),
    { freq: 4 },
  ),
  { minKeys: 1, maxKeys: 26, size: "max" },
);
const columns = ["country", "people", "capital", "id"] as const;
const conditions = fc.record(
  {
    country: fc.constantFrom(null, "", "AT", "CH", "x".repeat(2_000), undefined),
    people: fc.constantFrom(0, 20, 100, 1.5),
    capital: fc.boolean(),
  },
  { requiredKeys: [] },
);
/** Many of them ask for a few of many rows, and have to leave some out that are equal but for the key. */
const questions = fc.record({
  where: fc.oneof(fc.constant({}), fc.record({ country: fc.constantFrom(null, "AT") }), conditions),
  orderBy: fc.array(fc.tuple(fc.constantFrom(...columns), fc.constantFrom("asc", "desc")), { maxLength: 2 }),
  limit: fc.integer({ min: 1, max: 5 }),
  offset: fc.constantFrom(0, 0, 4),
}) as fc.Arbitrary<FindOptions<Row>>;

async function expectSame(found: ReadModelStore, wanted: ReadModelStore, asked: readonly FindOptions<Row>[]) {
  for (const question of asked) {
    const rows = await wanted.reader(cities).find(question);
    expect(await found.reader(cities).find(question), JSON.stringify(question)).toEqual(rows);
    expect(await found.reader(cities).count(question.where)).toBe(await wanted.reader(cities).count(question.where));
  }
}

describe.skipIf(withoutDynamoDb)(`finding by an index${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();
  afterEach(() => dynamoDb().proxy.clear());

  it("Port gives what the engine in memory gives, after rows came, moved and went in steps small and large", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someCities, { minLength: 2, maxLength: 4 }),
        fc.array(questions, { minLength: 40, maxLength: 40 }),
        async (steps, asked) => {
          const [{ readModels }, memory] = [await openEngine({ recorder: "elsewhere" }), memoryReadModels()];
          await readModels.prepare([cities]);
          for (const rows of steps) {
            expect(await take(readModels, cities, rows)).toEqual({ ok: true });
            await take(memory, cities, rows);
          }
          await expectSame(readModels, memory, asked);
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("G4 G6 finds every row after a large step was cut off anywhere, and after it was taken again", async () => {
    const client = { ...clientConfig(), maxAttempts: 1 };
    const memory = memoryReadModels();
    const { readModels } = await openEngine({ recorder: "elsewhere", client });
    await readModels.prepare([cities]);
    const rows = (people: number) =>
      Object.fromEntries("abcdefghijklmnopqrstuvwxyz".split("").map((key) => [key, city({ people })]));
    for (const target of [readModels, memory]) await take(target, cities, rows(1));
    const moved = { a: city({ people: 7 }), b: null, c: city({ country: "CH" }) };
    for (const target of [readModels, memory]) await take(target, cities, moved);

    const cuts = [
      { operation: "BatchWriteItem", fault: "applied-then-cut", after: 1 },
      { operation: "PutItem", fault: "cut", after: 20 },
      { operation: "DeleteItem", fault: "cut", after: 20 },
      { operation: "TransactWriteItems", fault: "cut" },
    ] as const;
    for (const [at, cut] of cuts.entries()) {
      dynamoDb().proxy.inject(cut);
      await expect(take(readModels, cities, rows(at + 2))).rejects.toMatchObject({ code: "store-failure" });
      dynamoDb().proxy.clear();

      const found = await readModels.reader(cities).find({ where: { people: at + 2 } });
      expect(found).toEqual((await readModels.reader(cities).find()).filter(({ people }) => people === at + 2));
      for (const target of [readModels, memory]) expect(await take(target, cities, rows(at + 2))).toEqual({ ok: true });
      await expectSame(readModels, memory, [
        { where: { people: at + 2 } },
        { where: { people: at + 1 } },
        { where: { country: "AT" }, orderBy: [["people", "asc"]], limit: 3 },
        { orderBy: [["people", "desc"]], limit: 3 },
      ]);
    }
  });

  it("G6 answers from an index that was added once it holds all rows, and refuses steps that would not keep it up", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const plain: ReadModel = { ...cities, indexes: [] };
    const [{ readModels: older }, { readModels: newer }] = [await openEngine(tables), await openEngine(tables)];
    await older.prepare([plain]);
    await take(older, plain, { a: city({ people: 1 }), b: city({ people: 2 }), c: null });

    await newer.prepare([cities]);

    expect(await newer.reader(cities).find({ where: { people: 2 } })).toMatchObject([{ id: "b" }]);
    await expect(take(older, plain, { a: city({ people: 2 }) })).rejects.toThrow("Restart this process");
    await take(newer, cities, { a: city({ people: 2 }) });
    expect(await newer.reader(cities).find({ where: { people: 2 } })).toMatchObject([{ id: "a" }, { id: "b" }]);
  });

  it("G6 misses nothing where another process has dropped the index, or is building it", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const plain: ReadModel = { ...cities, indexes: [] };
    const [{ readModels: one }, { readModels: other }] = [await openEngine(tables), await openEngine(tables)];
    await one.prepare([cities]);
    await take(one, cities, { a: city({ people: 1 }) });

    await other.prepare([plain]);
    await take(other, plain, { a: city({ people: 2 }), b: city({ people: 2 }) });

    expect(await one.reader(cities).find({ where: { people: 2 } })).toMatchObject([{ id: "a" }, { id: "b" }]);
    await one.prepare([cities]);
    expect(await one.reader(cities).find({ where: { people: 2 } })).toMatchObject([{ id: "a" }, { id: "b" }]);
    expect(await one.reader(cities).find({ where: { people: 1 } })).toEqual([]);
  });

  it("G6 puts a document into a new index that a large step of an older process left behind", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const plain: ReadModel = { ...cities, indexes: [] };
    const [{ readModels: older }, { readModels: newer }] = [await openEngine(tables), await openEngine(tables)];
    await older.prepare([plain]);
    await take(older, plain, { first: city() });
    const large = Object.fromEntries(Array.from({ length: 110 }, (_, index) => [`city-${index}`, city({ people: 9 })]));
    let letGo: (value?: unknown) => void = () => undefined;
    const until = new Promise((resolve) => (letGo = resolve));
    const held = dynamoDb().proxy.inject({ operation: "PutItem", fault: "held", until, times: 32 });

    // Its documents are on their way when another process adds the index.
    const late = take(older, plain, large).catch((error: unknown) => error);
    await vi.waitFor(() => expect(held.hits()).toBe(32), slowEngineMs);
    await newer.prepare([cities]).then(letGo, letGo);
    expect(await late).toMatchObject({ code: "store-failure" });
    dynamoDb().proxy.inject({ operation: "BatchWriteItem", fault: "unprocessed", times: 2 });
    expect(await take(newer, cities, large)).toEqual({ ok: true });

    expect(await newer.reader(cities).count({ people: 9 })).toBe(110);
  });

  it("G6 keeps an entry that a slow writer wants to take away after another has put it there again", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const [{ readModels: slow }, { readModels: quick }] = [await openEngine(tables), await openEngine(tables)];
    await slow.prepare([cities]);
    const rows = (people: number) =>
      Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`city-${index}`, city({ people })]));
    await take(slow, cities, rows(1));
    let letGo: (value?: unknown) => void = () => undefined;
    const until = new Promise((resolve) => (letGo = resolve));
    const held = dynamoDb().proxy.inject({ operation: "DeleteItem", fault: "held", until, times: 32 });

    const late = take(slow, cities, rows(2));
    await vi.waitFor(() => expect(held.hits()).toBe(32), slowEngineMs);
    for (const people of [2, 1]) expect(await take(quick, cities, rows(people))).toEqual({ ok: true });
    letGo();
    expect(await late).toMatchObject({ ok: false });

    expect(await quick.reader(cities).count({ people: 1 })).toBe(33);
  });
});

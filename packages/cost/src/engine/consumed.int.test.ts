/** What the model says, beside what the engine's real requests consume by AWS's rules. */
import { deflateRawSync } from "node:zlib";
import { type DynamoDbEngine, dynamoDbEngine } from "@foldstream/dynamodb";
import {
  type Account,
  type Consumption,
  type LocalDynamoDb,
  startDynamoDb,
  whyNoDynamoDb,
} from "@foldstream/dynamodb-local";
import { app, counter, total } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime, t } from "foldstream";
import type { ReadModel, ReadModelStore, Row, StreamWrite } from "foldstream/port";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { chunksInTip, readsOfStream, writesOfStream } from "./append.ts";
import { chunkBytes, type EventShape, feedPayloadBytes } from "./payload-bytes.ts";
import { answering, awaiting } from "./query.ts";
import { scanUnits, type TableUnits, together, totalOf } from "./units.ts";
import { looking, partitionsWithNews, projecting, recording, stepWrites } from "./wake-up.ts";

const patience = 600_000;
vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const without = whyNoDynamoDb();
const { ids } = nodeEnvironment();
let local: LocalDynamoDb;
let opened = 0;

async function open(tablePrefix = `cost-${process.pid}-${++opened}-`): Promise<DynamoDbEngine> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = { endpoint: local.endpoint, region: "eu-west-1", credentials };
  const engine = await dynamoDbEngine({ client, tablePrefix, createTables: true, recorder: "elsewhere" });
  onTestFinished(() => engine.close());
  return engine;
}

type Units = Pick<Consumption, "readUnits" | "writeUnits">;

async function accountOf(work: () => Promise<unknown>): Promise<Account> {
  local.proxy.resetAccount();
  await work();
  return local.proxy.account();
}

async function consumed(work: () => Promise<unknown>): Promise<Units> {
  const { readUnits, writeUnits } = await accountOf(work);
  return { readUnits, writeUnits };
}

function modelled(tables: TableUnits): Units {
  const { reads, writes } = totalOf(tables);
  return { readUnits: reads, writeUnits: writes };
}

/** Data that deflates as the data of orders does, or not at all. */
const data = {
  counter: () => JSON.stringify({ by: 1 }),
  order: () =>
    JSON.stringify({
      customer: ids.next().slice(0, 12),
      lines: [{ product: `product-${ids.next().slice(24)}`, quantity: 2, cents: 4_990 }],
      address: { street: `${ids.next().slice(24)} street`, city: "Zurich", country: "CH" },
      note: "please leave it at the door of the neighbours",
    }),
  noise: () => JSON.stringify({ note: Array.from({ length: 24 }, () => ids.next().slice(24)).join("") }),
} as const;

type Kind = keyof typeof data;

function shapeOf(kind: Kind): EventShape {
  const texts = Array.from({ length: 100 }, data[kind]);
  const bytes = texts.join("").length;
  return { dataBytes: bytes / 100, metadataBytes: 0, deflatedTo: deflateRawSync(texts.join("")).length / bytes };
}

function write(stream: string, expected: number, kind: Kind, commands: number): StreamWrite {
  const commandIds = Array.from({ length: commands }, () => ids.next());
  const events = commandIds.map((commandId) => ({
    type: "counter.Incremented",
    schemaVersion: 1,
    data: data[kind](),
    recordedAt: Date.now(),
    metadata: { commandId, causationId: commandId, correlationId: commandId },
  }));
  const receipts = commandIds.map((commandId, index) => ({
    commandId,
    fingerprint: "2166136261.2654435769",
    version: expected + index + 1,
  }));
  return { stream, expected, events, receipts };
}

async function fill(engine: DynamoDbEngine, stream: string, appends: number, kind: Kind, commands = 1): Promise<void> {
  for (let append = 0; append < appends; append++) {
    const result = await engine.eventStore.append([write(stream, append * commands, kind, commands)]);
    if (!result.ok) throw new Error(`an append was lost: ${result.reason}`);
  }
}

const name = (index: number) => `counter-${String(index).padStart(16, "0")}`;

describe.skipIf(without)(`the model of what DynamoDB consumes${without ? ` (${without})` : ""}`, () => {
  beforeAll(async () => {
    local = await startDynamoDb({ countUnits: true });
  });
  afterAll(() => local?.close());

  it.each([
    ["counter", 1],
    ["counter", 20],
    ["counter", 100],
    ["order", 1],
    ["order", 10],
    ["noise", 1],
    ["noise", 30],
  ] as const)(
    "is within a twentieth for 24 appends to a stream, %s events, %d commands each",
    async (kind, commands) => {
      const engine = await open();
      const chunk = chunkBytes({ commands, events: commands }, shapeOf(kind));

      const { writeUnits } = await consumed(() => fill(engine, name(1), 24, kind, commands));

      expect(isClose(writeUnits, writesOfStream(24, chunk))).toBe(true);
    },
  );

  it("is exact for the first append to a stream", async () => {
    const engine = await open();

    const { writeUnits } = await consumed(() => fill(engine, name(1), 1, "order"));

    expect(writesOfStream(1, chunkBytes({ commands: 1, events: 1 }, shapeOf("order")))).toBe(writeUnits);
  });

  it.each([
    ["in its tip", 2],
    ["with batches", 12],
  ])("is exact for the reads before a first append to a stream %s", async (_, appends) => {
    const prefix = `cost-${process.pid}-${++opened}-`;
    await fill(await open(prefix), name(1), appends, "counter");
    const { eventStore } = await open(prefix);
    const chunk = chunkBytes({ commands: 1, events: 1 }, shapeOf("counter"));

    const { readUnits } = await consumed(async () => {
      await eventStore.read(name(1), { after: 0, limit: 1_000, mayBeStale: true });
      await eventStore.append([write(name(1), appends, "counter", 1)]);
    });

    expect(appends > chunksInTip(chunk)).toBe(appends === 12);
    expect(readUnits).toBe(readsOfStream(appends, chunk));
  });

  it.each([1, 12])("is within a twentieth for recording the news of %d new streams", async (streams) => {
    const engine = await open();
    await fill(engine, name(0), 1, "order");
    await engine.sweep();
    const names = Array.from({ length: streams }, (_, index) => name(index + 1));
    for (const stream of names) await fill(engine, stream, 1, "order");

    const { readUnits, writeUnits } = await consumed(() => engine.record(names));

    const news = { streams, append: { commands: 1, events: 1 }, shape: shapeOf("order"), newShare: 1 };
    const model = modelled(recording(news));
    expect(isClose(writeUnits, model.writeUnits)).toBe(true);
    // Once for each partition that is new to a process, its head and its last item are looked at.
    expect(readUnits - model.readUnits).toBeGreaterThanOrEqual(0);
    expect(readUnits - model.readUnits).toBeLessThanOrEqual(2 * partitionsWithNews(streams) + 1);
  });

  it("is within a tenth for reading the whole feed, as an audit does for each part of the keys", async () => {
    const engine = await open();
    const streams = Array.from({ length: 12 }, (_, index) => name(index));
    for (const stream of streams) await fill(engine, stream, 4, "noise", 50);
    await engine.record(streams);

    const { byOperation } = await accountOf(() => readThrough(engine));

    const bytes = feedPayloadBytes(12 * 4 * 50, shapeOf("noise"));
    const measured = byOperation.Query?.readUnits ?? 0;
    expect(Math.abs(scanUnits(bytes) - measured)).toBeLessThanOrEqual(measured / 10);
  });

  it("is exact for a worker that finds nothing to do, and for queries", async () => {
    const { runtime, engine } = await running();
    const outcome = await runtime.execute(counter, "a", "Increment", { by: 1 });
    await engine.record(["counter-a"]);
    await runtime.catchUp({});
    const after = outcome.ok ? outcome.token : "";
    await runtime.query(total, { id: "a" }, { after });

    expect(await consumed(() => runtime.catchUp({}))).toEqual(modelled(looking(1)));
    const answer = modelled(answering({ rows: 1, rowBytes: 60 }));
    expect(await consumed(() => runtime.query(total, { id: "a" }))).toEqual(answer);
    const { readUnits } = await consumed(() => runtime.query(total, { id: "a" }, { after }));
    expect(readUnits).toBe(answer.readUnits + modelled(awaiting(0)).readUnits);
  });

  it.each([1, 9])(
    "is exact for the steps of a projection with %d appends, and a floor for its reads and leases",
    async (streams) => {
      const { runtime, engine } = await running();
      const all = Array.from({ length: 40 }, (_, index) => String(index));
      const increment = (some: readonly string[]) =>
        Promise.all(some.map((id) => runtime.execute(counter, id, "Increment", { by: 1 })));
      await increment(all);
      await engine.record(all.map((id) => `counter-${id}`));
      await runtime.catchUp({});
      const some = all.slice(0, streams);
      await increment(some);
      await engine.record(some.map((id) => `counter-${id}`));

      const { readUnits, byOperation } = await accountOf(() => runtime.catchUp({}));

      const news = { streams, append: { commands: 1, events: 1 }, shape: shapeOf("counter"), newShare: 0 };
      const projection = { rowsPerEvent: 1, rowBytes: 60, indexesMoved: 0 };
      const model = modelled(together([looking(1), projecting(news, projection)]));
      const steps = await partitionsOf(engine, some);
      expect(byOperation.TransactWriteItems?.writeUnits).toBe(steps * stepWrites(streams / steps, projection));
      // Leases are renewed, and read models looked at, for as long as it takes.
      expect(byOperation.PutItem?.writeUnits).toBeGreaterThanOrEqual(2);
      expect(readUnits).toBeGreaterThanOrEqual(model.readUnits * 0.9);
    },
  );

  it("is exact for rows that move in an index, and for an answer by it", async () => {
    const { readModels } = await open();
    await readModels.prepare([cities]);
    const moved = { rowsPerEvent: 1, rowBytes: 60, indexesMoved: 1 };
    const rows = (people: number) => Array.from({ length: 12 }, (_, index) => [`city-${index}`, { people }] as const);
    await step(readModels, rows(1));

    const { byOperation } = await accountOf(() => step(readModels, rows(2)));
    const { readUnits } = await consumed(() => readModels.reader(cities).find({ where: { people: 2 }, limit: 12 }));

    const lease = 2;
    expect(byOperation.TransactWriteItems?.writeUnits).toBe(stepWrites(12, moved) - lease);
    expect(readUnits).toBe(modelled(answering({ rows: 12, rowBytes: 60 })).readUnits);
  });
});

const cities: ReadModel = {
  name: "cities",
  version: 1,
  kind: "table",
  columns: { id: t.key(), people: t.integer() },
  indexes: [["people"]],
  search: [],
};

/** The next step of partition 0, by nobody's lease. */
async function step(target: ReadModelStore, rows: readonly (readonly [key: string, row: Row])[]): Promise<void> {
  const expected = await target.checkpoint(cities, "0");
  const loaded = await target.loadDocuments?.(
    cities,
    "0",
    rows.map(([key]) => key),
  );
  const writes = rows.map(([key, row]) => ({ key, row, revision: loaded?.get(key)?.revision ?? null }));
  await target.write(cities, { partition: "0", expected, next: expected + 1, rows: writes, facts: [] });
}

async function running() {
  const engine = await open();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.prepare();
  return { engine, runtime };
}

async function readThrough({ eventFeed }: DynamoDbEngine): Promise<void> {
  for (const partition of await eventFeed.partitions())
    for (let place = 0, next = -1; next !== place; ) {
      place = Math.max(next, 0);
      next = (await eventFeed.read(partition, place, 2_000)).next;
    }
}

/** How many partitions the streams of these counters are in. */
async function partitionsOf(engine: DynamoDbEngine, counters: readonly string[]): Promise<number> {
  const points = await Promise.all(counters.map((id) => engine.eventFeed.locate(`counter-${id}@2`)));
  return new Set(points.map((found) => found?.[0]?.partition)).size;
}

function isClose(measured: number, model: number): boolean {
  if (Math.abs(model - measured) <= measured / 20) return true;
  console.error(`measured ${measured}, modelled ${model}`);
  return false;
}

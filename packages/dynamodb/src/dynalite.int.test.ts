/** A second opinion on single-item conditions: appends to one stream, receipts, snapshots and leases on another engine. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { eventStoreCases, type Log, type Reopenable, runCase } from "@foldstream/conformance";
import { type LocalDynamoDb, startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import type { EventStore, ReadModel } from "foldstream/port";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { slowEngineMs } from "../test/local-engine.ts";
import { Database } from "./database/database.ts";
import { Payloads } from "./database/payload.ts";
import { tableDefinitions, tableNames } from "./database/tables.ts";
import { Appender } from "./event-store/appender.ts";
import { dynamoDbEventStore } from "./event-store/dynamodb-event-store.ts";
import { StreamLog } from "./event-store/stream-log.ts";
import { dynamoDbEventFeed } from "./feed/dynamodb-event-feed.ts";
import { FeedTable } from "./feed/feed-table.ts";
import { dynamoDbLeases } from "./read-model/leases.ts";

vi.setConfig({ testTimeout: slowEngineMs });

/** It knows no transactions. */
const severalStreams = /several streams|two streams|another stream|conflict on another|only checks/;

const missing = whyNoDynamoDb("dynalite");

describe.skipIf(missing)(`on dynalite${missing ? ` (${missing})` : ""}`, () => {
  let local: LocalDynamoDb;
  let made = 0;
  beforeAll(async () => {
    local = await startDynamoDb({ engine: "dynalite" });
  });
  afterAll(() => local?.close());

  function openDatabase(prefix: string): Database {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    return new Database(
      new DynamoDBClient({ endpoint: local.endpoint, region: "eu-central-1", credentials }),
      tableNames(prefix),
    );
  }

  /** It knows no streams, time to live or backups. */
  async function freshTables(): Promise<string> {
    const prefix = `test-${++made}-`;
    const { client } = openDatabase(prefix);
    for (const { create } of tableDefinitions(prefix)) {
      const { StreamSpecification: _, ...table } = create;
      await client.send(new CreateTableCommand(table));
    }
    client.destroy();
    return prefix;
  }

  function openLog(prefix: string): Log & Reopenable<Log> {
    const database = openDatabase(prefix);
    const payloads = new Payloads(undefined);
    const log = new StreamLog(database, payloads);
    const store: EventStore = dynamoDbEventStore(
      database,
      log,
      new Appender(database, log, payloads, () => undefined),
      payloads,
    );
    return {
      eventFeed: dynamoDbEventFeed(database, new FeedTable(database, payloads), { partitions: 1, wakes: new Set() }),
      eventStore: { ...store, capabilities: { ...store.capabilities, streamsPerAppend: 1 } },
      reopen: async () => {
        database.close();
        return openLog(prefix);
      },
      close: async () => database.close(),
    };
  }

  const open = async () => openLog(await freshTables());
  it.each(eventStoreCases.filter(({ title }) => !severalStreams.test(title)))("$defends $title", (one) =>
    runCase(one, open, {
      skip: (why) => {
        throw new Error(why);
      },
    }),
  );

  it("G4 lets exactly one of 20 racing workers have a lease", async () => {
    const leases = dynamoDbLeases(openDatabase(await freshTables()));
    const model: ReadModel = { name: "m", version: 1, kind: "table", columns: {}, indexes: [], search: [] };
    const workers = Array.from({ length: 20 }, (_, index) => `worker-${index}`);
    const race = (expected: Parameters<typeof leases.replace>[1], epoch: number) =>
      Promise.all(workers.map((holder) => leases.replace(model, expected, { epoch, holder, beat: 1 })));

    expect((await race(undefined, 1)).filter(Boolean)).toHaveLength(1);
    const [first] = await leases.read([model]);
    expect((await race(first, 2)).filter(Boolean)).toHaveLength(1);
    expect((await race(first, 3)).filter(Boolean)).toHaveLength(0);
  });
});

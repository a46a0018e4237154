/** What does each operation consume on DynamoDB, by AWS's rules, computed from the requests that are really sent? */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type DynamoDbEngine, type DynamoDbOptions, dynamoDbEngine } from "@foldstream/dynamodb";
import { type LocalDynamoDb, startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { app, counter } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import type { EventStore, StreamWrite } from "foldstream/port";
import type { Question, Run, Subject } from "../question.ts";
import { timedClients } from "../timed.ts";

const clients = 100;
const streamLength = 6;
const { ids } = nodeEnvironment();

/** What `work` counts is what units are divided by. `prepare` is not counted. */
interface Operation {
  readonly name: string;
  readonly options?: DynamoDbOptions;
  prepare?(side: Side): Promise<unknown>;
  work(side: Side): Promise<Run>;
}

interface Side {
  readonly engine: DynamoDbEngine;
  readonly local: LocalDynamoDb;
  readonly options: DynamoDbOptions;
  readonly count: number;
}

export const dynamoDbCost: Question = {
  name: "dynamodb-cost",
  about: "read and write units of each operation on DynamoDB, computed from real requests by AWS's rules",
  engines: [],
  ownEngine: { name: "DynamoDB", version: "API 2012-08-10", durability: "a local engine, whose speed says nothing" },
  unavailable: whyNoDynamoDb,
  subjects: ({ scale }) => {
    const bare = "bare: PutItem of 300 bytes";
    const count = Math.ceil(200 * scale);
    return operations(bare).map((operation) => ({ name: operation.name, bare, run: consuming(operation, count) }));
  },
};

function operations(bare: string): readonly Operation[] {
  const elsewhere = { recorder: "elsewhere" } as const;
  return [
    { name: bare, options: elsewhere, work: barePuts },
    {
      name: "append of 300 bytes to a new stream",
      options: elsewhere,
      work: ({ engine, count }) =>
        timedClients(count, 1, (index) => appended(engine.eventStore, write(`counter-${index}`, 0))),
    },
    {
      name: "append to a short stream, state cached",
      options: elsewhere,
      prepare: ({ engine, count }) => filled(engine.eventStore, count, 1),
      work: ({ engine, count }) =>
        timedClients(count * (streamLength - 1), 1, (index) =>
          appended(engine.eventStore, write(`counter-${index % count}`, 1 + Math.floor(index / count))),
        ),
    },
    {
      name: "load of a short stream, before an append that checks it",
      options: elsewhere,
      prepare: ({ engine, count }) => filled(engine.eventStore, count, streamLength),
      work: ({ engine, count }) =>
        timedClients(count, 1, (index) =>
          engine.eventStore.read(`counter-${index}`, { after: 0, limit: 1_000, mayBeStale: true }),
        ),
    },
    {
      name: `${clients} clients on one hot counter, runtime.execute, per increment`,
      options: elsewhere,
      work: hotCounter,
    },
    { name: "recording an append into the feed", options: elsewhere, prepare: filledStreams, work: recorded },
    {
      name: "locating a token",
      options: elsewhere,
      prepare: filledAndRecorded,
      work: ({ engine, count }) => timedClients(count, 1, (index) => engine.eventFeed.locate(`counter-${index}@1`)),
    },
  ];
}

function consuming({ options = {}, prepare, work }: Operation, count: number): Subject["run"] {
  return async () => {
    const local = await startDynamoDb({ countUnits: true });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = { endpoint: local.endpoint, region: "eu-central-1", credentials };
    const opening = { ...options, client, createTables: true };
    const engine = await dynamoDbEngine(opening);
    const side = { engine, local, options: opening, count };
    try {
      await prepare?.(side);
      local.proxy.resetAccount();
      const run = await work(side);
      const { readUnits, writeUnits } = local.proxy.account();
      return { ...run, readUnits, writeUnits };
    } finally {
      await engine.close();
      await local.close();
    }
  };
}

function barePuts({ options: { client = {} }, count }: Side): Promise<Run> {
  const bare = new DynamoDBClient(client);
  return timedClients(count, 1, (index) => {
    const item = { pk: { S: `bare-${index}` }, sk: { S: "0" }, data: { S: data } };
    return bare.send(new PutItemCommand({ TableName: "foldstream-log", Item: item }));
  });
}

async function hotCounter({ engine, count }: Side): Promise<Run> {
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  const run = await timedClients(count * 10, clients, async () => {
    const outcome = await runtime.execute(counter, "1", "Increment", { by: 1 }, { commandId: ids.next() });
    if (!outcome.ok) throw new Error(`an increment was refused: ${outcome.reason}`);
  });
  await runtime.stop();
  const events = await engine.eventStore.read("counter-1", { after: 0, limit: 1_000_000 });
  return { ...run, exact: events.length === run.count };
}

async function filledAndRecorded({ engine, count }: Side): Promise<void> {
  await filled(engine.eventStore, count, 1);
  await engine.sweep();
}

const filledStreams = ({ engine, count }: Side) => filled(engine.eventStore, count, 1);

/** One sweep over the streams: scanning the log is part of it, as reading the table's stream would be. */
async function recorded({ engine, count }: Side): Promise<Run> {
  const run = await timedClients(1, 1, () => engine.sweep());
  return { ...run, count };
}

async function filled(store: EventStore, streams: number, length: number): Promise<void> {
  for (let version = 0; version < length; version++)
    await Promise.all(
      Array.from({ length: streams }, (_, stream) => appended(store, write(`counter-${stream}`, version))),
    );
}

/** 300 bytes of JSON that do not deflate much. */
const data = JSON.stringify({ note: Array.from({ length: 8 }, () => ids.next()).join("x") }).slice(0, 300);

function write(stream: string, expected: number): StreamWrite {
  const commandId = ids.next();
  const metadata = { commandId, causationId: commandId, correlationId: commandId };
  const event = { type: "counter.Incremented", schemaVersion: 1, data, recordedAt: Date.now(), metadata };
  const receipt = { commandId, fingerprint: "2166136261.2654435769", version: expected + 1 };
  return { stream, expected, events: [event], receipts: [receipt] };
}

async function appended(store: EventStore, one: StreamWrite): Promise<void> {
  const result = await store.append([one]);
  if (!result.ok) throw new Error(`an append was lost: ${result.reason}`);
}

/** Castore on PostgreSQL and DynamoDB: its event stores, and its commands with their own retries. It has no projections. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Command, EventStore, EventType, type GroupedEvent, tuple } from "@castore/core";
import { DynamoDBSingleTableEventStorageAdapter } from "@castore/event-storage-adapter-dynamodb";
import { PostgresEventStorageAdapter } from "@castore/event-storage-adapter-postgres";
import { type OpenLibrary, type Payload, payload } from "../library.ts";
import type { DynamoDbPlace, Place } from "../places/place.ts";

/** By default it gives up after two: with 64 clients on one counter, most would fail. */
const retries = 10_000;

/** What DynamoDB takes in one transaction. */
const mostInGroup = 100;

const incremented = new EventType<"Incremented", Payload>({ type: "Incremented" });

interface Counter {
  aggregateId: string;
  version: number;
  value: number;
}

export async function open(place: Place): Promise<OpenLibrary> {
  const { adapter, close } = await adapterOn(place);
  const counters = new EventStore({
    eventStoreId: "counter",
    eventTypes: [incremented],
    reducer: (before: Counter, event: { aggregateId: string; version: number; payload: Payload }): Counter => ({
      aggregateId: event.aggregateId,
      version: event.version,
      value: (before?.value ?? 0) + event.payload.by,
    }),
    eventStorageAdapter: adapter,
  });
  const increment = commandOn(counters);
  const eventOf = (id: string, version: number, data: Payload) => {
    return { aggregateId: keyOf(id), version, type: "Incremented" as const, payload: data };
  };
  return {
    async append(id, expected, payloads) {
      const events = payloads.map((data, index) => eventOf(id, expected + index + 1, data));
      const [first, ...others] = events;
      if (first && others.length === 0) return void (await counters.pushEvent(first));
      for (let start = 0; start < events.length; start += mostInGroup) {
        const [head, ...tail] = events.slice(start, start + mostInGroup).map((event) => counters.groupEvent(event));
        if (head) await EventStore.pushEventGroup(head as GroupedEvent, ...(tail as unknown as [GroupedEvent]));
      }
    },
    sum: async (id) => (await counters.getAggregate(keyOf(id))).aggregate?.value ?? 0,
    increment: (id) => increment(keyOf(id)),
    close,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: its event stores take seven type arguments, none of which matter here.
function commandOn(counters: any): (aggregateId: string) => Promise<number> {
  const command = new Command({
    commandId: "INCREMENT",
    requiredEventStores: tuple(counters),
    eventAlreadyExistsRetries: retries,
    onEventAlreadyExists: async () => undefined,
    handler: async (input: { aggregateId: string; attempts: number }, [store]) => {
      input.attempts++;
      const { aggregate } = await store.getAggregate(input.aggregateId);
      const version = (aggregate?.version ?? 0) + 1;
      await store.pushEvent(
        { aggregateId: input.aggregateId, version, type: "Incremented", payload },
        { prevAggregate: aggregate },
      );
    },
  });
  return async (aggregateId) => {
    const input = { aggregateId, attempts: 0 };
    await command.handler(input, [counters]);
    return input.attempts - 1;
  };
}

/** Its table on PostgreSQL takes UUIDs by default. The same counter has the same one in every process. */
function keyOf(id: string): string {
  return `00000000-0000-4000-8000-${id.padStart(12, "0")}`;
}

async function adapterOn(place: Place) {
  if (place.engine === "postgres") return onPostgres(place.connectionString);
  if (place.engine === "dynamodb") return onDynamoDb(place);
  throw new Error("Castore has no adapter for SQLite.");
}

async function onPostgres(connectionString: string) {
  await PostgresEventStorageAdapter.createEventTable({ connectionString });
  // It cannot be closed: its connections end with the process.
  return { adapter: new PostgresEventStorageAdapter({ connectionString }), close: async () => undefined };
}

async function onDynamoDb({ endpoint, prefix }: DynamoDbPlace) {
  const tableName = `${prefix}events`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamoDBClient = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
  await dynamoDBClient.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "aggregateId", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
        { AttributeName: "eventStoreId", AttributeType: "S" },
        { AttributeName: "timestamp", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "aggregateId", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "initialEvents",
          KeySchema: [
            { AttributeName: "eventStoreId", KeyType: "HASH" },
            { AttributeName: "timestamp", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  const adapter = new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient });
  return { adapter, close: async () => dynamoDBClient.destroy() };
}

/** Engines on tables of their own, behind a proxy that a test can put faults into. */
import { DeleteTableCommand, DynamoDBClient, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import {
  type LocalDynamoDb,
  type LocalDynamoDbOptions,
  startDynamoDb,
  whyNoDynamoDb,
} from "@foldstream/dynamodb-local";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { type DynamoDbEngine, type DynamoDbOptions, dynamoDbEngine, tableNames } from "../src/index.ts";
import { clientConfigAt } from "./client-config.ts";

/** What a test that needs an engine says when there is none. */
export const withoutDynamoDb = whyNoDynamoDb();

/** Slow enough that a busy machine's engine keeps up with a suite made for milliseconds. */
export const slowEngineMs = 600_000;

let local: LocalDynamoDb | undefined;
let made = 0;

/** Starts the engine for all tests of the file. Call it at the top level. */
export function useDynamoDb(options: LocalDynamoDbOptions = {}): void {
  beforeAll(async () => {
    if (!withoutDynamoDb) local = await startDynamoDb(options);
  }, slowEngineMs);
  afterAll(() => local?.close());
}

export function dynamoDb(): LocalDynamoDb {
  if (!local) throw new Error("Call useDynamoDb() at the top level of the test file.");
  return local;
}

/** Options for tables that nobody else uses, dropped when the test is over: moto copies all tables there are for each transaction. */
export function freshOptions(): DynamoDbOptions & { readonly tablePrefix: string } {
  const tablePrefix = `test-${process.pid}-${++made}-`;
  onTestFinished(() => dropTables(tablePrefix));
  return { client: clientConfig(), tablePrefix, createTables: true };
}

async function dropTables(prefix: string): Promise<void> {
  const client = new DynamoDBClient(clientConfig());
  for (const TableName of Object.values(tableNames(prefix)))
    await client.send(new DeleteTableCommand({ TableName })).catch(passOverMissing);
  client.destroy();
}

function passOverMissing(error: unknown): void {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}

export function clientConfig() {
  return clientConfigAt(dynamoDb().endpoint);
}

/** Closed when the test is over. */
export async function openEngine(options: DynamoDbOptions = {}): Promise<DynamoDbEngine> {
  const engine = await dynamoDbEngine({ ...freshOptions(), ...options });
  onTestFinished(() => engine.close());
  return engine;
}

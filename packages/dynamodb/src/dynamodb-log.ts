/** The log on DynamoDB by itself: for functions that take nothing but commands. */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { BlobStore, EventStore } from "foldstream/port";
import { Database } from "./database/database.ts";
import { Payloads } from "./database/payload.ts";
import { checkTables } from "./database/prepare-tables.ts";
import { DynamoDBClient } from "./database/sdk.ts";
import { defaultPrefix, logDefinition, tableNames } from "./database/tables.ts";
import { storeFailure } from "./errors.ts";
import { Appender } from "./event-store/appender.ts";
import { dynamoDbEventStore } from "./event-store/dynamodb-event-store.ts";
import { StreamLog } from "./event-store/stream-log.ts";

export interface DynamoDbLogOptions {
  /** Of the SDK's client: region, endpoint, credentials, retries. Default: what the environment says. */
  readonly client?: DynamoDBClientConfig;
  /** Before the names of the tables. Default `foldstream-`. */
  readonly tablePrefix?: string;
  /** Where goes what does not fit an item of 400 KB. Without it, larger appends are refused. */
  readonly blobs?: BlobStore;
}

export interface DynamoDbLog {
  readonly eventStore: EventStore;
  close(): Promise<void>;
}

/**
 * Opens the table of the log. Somebody else records what is appended: a process with the engine, or a Lambda on the table's stream.
 * @throws DynamoDbTableError when it is missing or of another shape; StoreFailureError when DynamoDB cannot be reached.
 */
export async function dynamoDbLog({
  tablePrefix = defaultPrefix,
  ...options
}: DynamoDbLogOptions = {}): Promise<DynamoDbLog> {
  const database = new Database(new DynamoDBClient({ maxAttempts: 8, ...options.client }), tableNames(tablePrefix));
  const checking = checkTables(database.client, [logDefinition(tablePrefix)]);
  const payloads = new Payloads(options.blobs);
  const log = new StreamLog(database, payloads);
  const appender = new Appender(database, log, payloads, () => undefined);
  const eventStore = dynamoDbEventStore(database, log, appender, payloads);
  try {
    await checking;
  } catch (error) {
    database.close();
    throw storeFailure(error, "opening the table");
  }
  return { eventStore, close: async () => database.close() };
}

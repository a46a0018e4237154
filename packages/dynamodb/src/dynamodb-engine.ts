/** An engine on DynamoDB: the log in one table, its recorded feed in a second, read models in a third. */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { BlobStore, Engine } from "foldstream/port";
import { Database } from "./database/database.ts";
import { Payloads } from "./database/payload.ts";
import { checkTables, createTables, describeTable } from "./database/prepare-tables.ts";
import { DynamoDBClient } from "./database/sdk.ts";
import { defaultPrefix, logDefinition, tableDefinitions, tableNames } from "./database/tables.ts";
import { storeFailure } from "./errors.ts";
import { Appender } from "./event-store/appender.ts";
import { dynamoDbEventStore } from "./event-store/dynamodb-event-store.ts";
import { StreamLog } from "./event-store/stream-log.ts";
import { dynamoDbEventFeed, type Wakes } from "./feed/dynamodb-event-feed.ts";
import { FeedTable } from "./feed/feed-table.ts";
import { OwnAppends } from "./feed/own-appends.ts";
import { Recorder } from "./feed/recorder.ts";
import { RecorderLease } from "./feed/recorder-lease.ts";
import { RecorderState } from "./feed/recorder-state.ts";
import { StreamFollower } from "./feed/stream-follower.ts";
import { Sweep } from "./feed/sweep.ts";
import { TableStream } from "./feed/table-stream.ts";
import { dynamoDbReadModels } from "./read-model/dynamodb-read-models.ts";

export interface DynamoDbOptions {
  /** Of the SDK's client: region, endpoint, credentials, retries. Default: what the environment says. */
  readonly client?: DynamoDBClientConfig;
  /** Before the names of the tables. Default `foldstream-`. */
  readonly tablePrefix?: string;
  /** Create tables that are missing. Default false: they are deployed, and only checked here. */
  readonly createTables?: boolean;
  /** Partitions of the feed, settled when it is first opened. Default 4. */
  readonly partitions?: number;
  /** Where goes what does not fit an item of 400 KB. Without it, larger appends are refused. */
  readonly blobs?: BlobStore;
  /**
   * Who records appends into the feed. `here` (the default): this process, also those of other processes, by following the table's
   * stream. `elsewhere`: another process, or a Lambda on the table's stream.
   */
  readonly recorder?: "here" | "elsewhere";
  /** Told when a step of the recorder fails; it is tried again. */
  readonly recorderFailed?: (error: unknown) => void;
}

export interface DynamoDbEngine extends Engine {
  /**
   * Records what these streams have grown by, as the log says: for a consumer of the table's stream in another process, such as a
   * Lambda, however often, late or out of order its records name them.
   */
  record(streams: readonly string[]): Promise<void>;

  /** Records whatever the feed still lacks, by looking through the whole table. */
  sweep(): Promise<void>;
}

const defaultPartitions = 4;

/**
 * Opens the tables.
 * @throws DynamoDbTableError when they are missing, of another shape, or settled otherwise; StoreFailureError when DynamoDB cannot be
 * reached.
 */
export async function dynamoDbEngine(options: DynamoDbOptions = {}): Promise<DynamoDbEngine> {
  const { tablePrefix = defaultPrefix, partitions = defaultPartitions, recorder: where = "here" } = options;
  const database = new Database(new DynamoDBClient({ maxAttempts: 8, ...options.client }), tableNames(tablePrefix));
  const state = new RecorderState(database);
  let streamArn: string | undefined;
  try {
    await (options.createTables ? createTables : checkTables)(database.client, tableDefinitions(tablePrefix));
    if (where === "here")
      streamArn = (await describeTable(database.client, logDefinition(tablePrefix))).LatestStreamArn ?? "";
    await state.settlePartitions(partitions);
  } catch (error) {
    database.close();
    throw storeFailure(error, "opening the tables");
  }
  const payloads = new Payloads(options.blobs);
  const log = new StreamLog(database, payloads);
  const feed = new FeedTable(database, payloads);
  const wakes: Wakes = new Set();
  const recorder = new Recorder(log, feed, partitions, (partition) => {
    for (const wake of wakes) wake(partition);
  });
  const lease = new RecorderLease(database);
  const failed = options.recorderFailed ?? (() => undefined);
  const sweep = new Sweep(database, recorder);
  const own = new OwnAppends(recorder, failed);
  const follower =
    streamArn !== undefined ? follow(streamArn, options, { recorder, state, lease, sweep, failed }) : undefined;
  const appender = new Appender(database, log, payloads, (tips) => follower && own.record(tips));
  return {
    eventStore: dynamoDbEventStore(database, log, appender, payloads),
    eventFeed: dynamoDbEventFeed(database, feed, { partitions, wakes }),
    readModels: dynamoDbReadModels(database, payloads),

    record: (streams) => database.run("recording", async () => recorder.record(await log.tips(streams))),
    sweep: () => database.run("a sweep", () => sweep.run()),

    async close() {
      await follower?.stop();
      await own.stop();
      database.close();
    },
  };
}

function follow(
  streamArn: string,
  { client }: DynamoDbOptions,
  side: Pick<ConstructorParameters<typeof StreamFollower>[0], "recorder" | "state" | "lease" | "sweep" | "failed">,
): StreamFollower {
  const streams = new DynamoDBStreamsClient({ maxAttempts: 8, ...client });
  const follower = new StreamFollower({ ...side, stream: new TableStream(streams, streamArn) });
  follower.start();
  return follower;
}

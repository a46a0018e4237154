/** The event store on DynamoDB. */
import {
  type CommandReceipt,
  checkTexts,
  type EventStore,
  type ReceiptPage,
  type StoredSnapshot,
} from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import type { Payloads } from "../database/payload.ts";
import { ConditionalCheckFailedException, PutItemCommand, ScanCommand } from "../database/sdk.ts";
import { type Appender, mostStreams } from "./appender.ts";
import { checkStreams } from "./check-streams.ts";
import type { StreamLog } from "./stream-log.ts";
import { parseTip, snapshotKey } from "./tip.ts";

export function dynamoDbEventStore(
  database: Database,
  log: StreamLog,
  appender: Appender,
  payloads: Payloads,
): EventStore {
  return {
    capabilities: { streamsPerAppend: mostStreams, staleReads: true },

    append: (writes) =>
      database.run("an append", () => {
        checkTexts(writes);
        checkStreams(writes);
        return appender.append(writes);
      }),

    read: (stream, { after, limit, mayBeStale = false }) =>
      database.run("reading a stream", () => log.events(stream, after, limit, !mayBeStale)),

    receipts: (stream, commandIds) =>
      database.run("looking for receipts", async () => {
        if (commandIds.length === 0) return [];
        return log.receipts(stream, await log.tip(stream), new Set(commandIds));
      }),

    listReceipts: (options) => database.run("listing receipts", () => listReceipts(database, log, options)),

    readSnapshot: (stream) =>
      database.run("reading a snapshot", async () => {
        const item = await database.get(database.tables.log, snapshotKey(stream), true);
        return item && parseSnapshot(item, payloads);
      }),

    writeSnapshot: (stream, snapshot) =>
      database.run("writing a snapshot", () => writeSnapshot(database, payloads, stream, snapshot)),
  };
}

/** A snapshot has an item of its own: in the tip, every append would pay for it again. */
async function writeSnapshot(
  { client, tables }: Database,
  payloads: Payloads,
  stream: string,
  { version, schemaVersion, state }: StoredSnapshot,
): Promise<void> {
  const blobKey = () => `snapshot/${encodeURIComponent(stream)}/${version}`;
  const encoded = await payloads.encode(state, `The snapshot of the stream "${stream}"`, blobKey);
  const item: Item = {
    ...snapshotKey(stream),
    version: { N: String(version) },
    schemaVersion: { N: String(schemaVersion) },
    state: encoded,
  };
  try {
    await client.send(
      new PutItemCommand({
        TableName: tables.log,
        Item: item,
        ConditionExpression: "attribute_not_exists(pk) OR version <= :version",
        ExpressionAttributeValues: { ":version": { N: String(version) } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function parseSnapshot(item: Item, payloads: Payloads): Promise<StoredSnapshot> {
  return {
    version: Number(item.version?.N),
    schemaVersion: Number(item.schemaVersion?.N),
    state: await payloads.decode(item.state ?? { S: "null" }),
  };
}

/** How many tips one page looks at. */
const tipsPerPage = 25;

/** Goes from tip to tip, and at each through the stream's receipts; the cursor names both places. */
async function listReceipts(
  database: Database,
  log: StreamLog,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<ReceiptPage> {
  const cursor = after === undefined ? {} : (JSON.parse(after) as { from?: Item; skip?: number });
  const { Items = [], LastEvaluatedKey } = await database.client.send(
    new ScanCommand({
      TableName: database.tables.log,
      Limit: cursor.skip === undefined ? tipsPerPage : 1,
      ExclusiveStartKey: cursor.from,
      ConsistentRead: true,
    }),
  );
  const receipts: CommandReceipt[] = [];
  let from = cursor.from;
  for (const item of Items) {
    const skip = cursor.skip ?? 0;
    const room = limit - receipts.length;
    const all = item.sk?.S === "tip" && item.pk?.S !== undefined ? await receiptsUnder(log, item.pk.S, item) : [];
    receipts.push(...all.slice(skip, skip + room));
    if (all.length > skip + room) return { receipts, next: JSON.stringify({ from, skip: skip + room }) };
    from = { pk: item.pk, sk: item.sk } as Item;
    cursor.skip = 0;
  }
  return { receipts, ...(LastEvaluatedKey && { next: JSON.stringify({ from: LastEvaluatedKey }) }) };
}

async function receiptsUnder(log: StreamLog, stream: string, item: Item): Promise<CommandReceipt[]> {
  log.remember(stream, parseTip(item));
  return log.allReceipts(stream);
}

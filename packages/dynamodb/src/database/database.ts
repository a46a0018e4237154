/** The client, the names of the tables, and the few requests that all of the adapter is made of. */
import type { AttributeValue, DynamoDBClient, QueryCommandInput, WriteRequest } from "@aws-sdk/client-dynamodb";
import { StoppedError } from "foldstream";
import pLimit from "p-limit";
import { storeFailure } from "../errors.ts";
import { pause } from "./pause.ts";
import { BatchGetItemCommand, BatchWriteItemCommand, GetItemCommand, QueryCommand } from "./sdk.ts";
import type { TableNames } from "./tables.ts";

export type Item = Record<string, AttributeValue>;
export type Key = { readonly pk: AttributeValue; readonly sk: AttributeValue };

/** Items that one transaction may write, and keys that one BatchGetItem may name (docs: "Service, account, and table quotas"). */
export const mostAtOnce = 100;

/** Items that one BatchWriteItem may put (docs: "Service, account, and table quotas"). */
const mostPuts = 25;

/** Requests on their way at a time; the others wait here. The SDK opens 50 sockets, and warns of what waits for one. */
const mostInFlight = 50;

export class Database {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  #closed = false;

  constructor(client: DynamoDBClient, tables: TableNames) {
    this.client = client;
    this.tables = tables;
    const limit = pLimit(mostInFlight);
    client.middlewareStack.add((next) => (request) => limit(() => next(request)), { step: "initialize" });
  }

  /** Runs requests; failures are reported as the port promises. */
  async run<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoppedError("The DynamoDB engine");
    try {
      return await work();
    } catch (error) {
      throw storeFailure(error, doing);
    }
  }

  async get(table: string, key: Key, consistent: boolean): Promise<Item | undefined> {
    const { Item: item } = await this.client.send(
      new GetItemCommand({ TableName: table, Key: key, ConsistentRead: consistent }),
    );
    return item;
  }

  /** The items that exist among `keys`, in any order, however many DynamoDB hands out at a time. Consistent. */
  async getMany(table: string, keys: readonly Key[]): Promise<Item[]> {
    const batches = Array.from({ length: Math.ceil(keys.length / mostAtOnce) }, (_, index) =>
      keys.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
    );
    return (await Promise.all(batches.map((batch) => this.#getBatch(table, batch)))).flat();
  }

  async #getBatch(table: string, keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    let open: readonly Key[] = keys;
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt > 0) await pause(attempt);
      const request = { [table]: { Keys: [...open], ConsistentRead: true } };
      const { Responses = {}, UnprocessedKeys = {} } = await this.client.send(
        new BatchGetItemCommand({ RequestItems: request }),
      );
      found.push(...(Responses[table] ?? []));
      open = (UnprocessedKeys[table]?.Keys ?? []) as unknown as readonly Key[];
    }
    return found;
  }

  /** Puts items of distinct keys, whatever is there, in any order; not all together. */
  async putMany(table: string, items: readonly Item[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(items.length / mostPuts) }, (_, index) =>
      items.slice(index * mostPuts, (index + 1) * mostPuts),
    );
    await Promise.all(batches.map((batch) => this.#putBatch(table, batch)));
  }

  async #putBatch(table: string, items: readonly Item[]): Promise<void> {
    let open: readonly WriteRequest[] = items.map((item) => ({ PutRequest: { Item: item } }));
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt > 0) await pause(attempt);
      const { UnprocessedItems = {} } = await this.client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: [...open] } }),
      );
      open = UnprocessedItems[table] ?? [];
    }
  }

  /** Items of a query, page by page (DynamoDB ends a page at 1 MB). Stop asking to stop reading. */
  async *query(input: QueryCommandInput): AsyncGenerator<Item> {
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.client.send(
        new QueryCommand({ ConsistentRead: true, ...input, ExclusiveStartKey: from }),
      );
      yield* Items;
      from = LastEvaluatedKey;
    } while (from);
  }

  close(): void {
    this.#closed = true;
    this.client.destroy();
  }
}

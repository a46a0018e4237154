/** What the recorder remembers between runs, in the feed's table: places in shards, when it was last at work, and the partitions. */
import type { Database, Item, Key } from "../database/database.ts";
import { ConditionalCheckFailedException, PutItemCommand } from "../database/sdk.ts";
import { DynamoDbTableError } from "../errors.ts";

const msPerHour = 3_600_000;

export class RecorderState {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Sequence number of the last record taken from a shard. */
  async place(shard: string): Promise<string | undefined> {
    return (await this.#get(`shard#${shard}`))?.place?.S;
  }

  async keepPlace(shard: string, place: string): Promise<void> {
    await this.#put({ ...keyOf(`shard#${shard}`), place: { S: place } });
  }

  /** Infinite when the recorder has never been at work. */
  async hoursSinceSeen(): Promise<number> {
    const seen = (await this.#get("recorder"))?.seen?.N;
    return seen === undefined ? Number.POSITIVE_INFINITY : (Date.now() - Number(seen)) / msPerHour;
  }

  async seen(): Promise<void> {
    await this.#put({ ...keyOf("recorder"), seen: { N: String(Date.now()) } });
  }

  /** How many partitions the feed has; nothing while that is not settled. */
  async settledPartitions(): Promise<number | undefined> {
    const count = (await this.#get("partitions"))?.count?.N;
    return count === undefined ? undefined : Number(count);
  }

  /** Settles how many partitions the feed has, once and for all. @throws DynamoDbTableError when it has another number. */
  async settlePartitions(partitions: number): Promise<void> {
    const count = (await this.settledPartitions()) ?? (await this.#settle(partitions));
    if (count !== partitions)
      throw new DynamoDbTableError(
        "other-partitions",
        `The feed in ${this.#table} has ${count} partitions, and that cannot change. Set \`partitions: ${count}\`.`,
      );
  }

  /** Whoever is first settles it. Resolves to what was settled. */
  async #settle(partitions: number): Promise<number | undefined> {
    const item = { ...keyOf("partitions"), count: { N: String(partitions) } };
    try {
      const condition = { ConditionExpression: "attribute_not_exists(pk)" };
      await this.#database.client.send(new PutItemCommand({ TableName: this.#table, Item: item, ...condition }));
      return partitions;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return this.settledPartitions();
    }
  }

  get #table(): string {
    return this.#database.tables.feed;
  }

  #get(name: string): Promise<Item | undefined> {
    return this.#database.get(this.#table, keyOf(name), true);
  }

  async #put(item: Item): Promise<void> {
    await this.#database.client.send(new PutItemCommand({ TableName: this.#table, Item: item }));
  }
}

function keyOf(name: string): Key {
  return { pk: { S: name }, sk: { N: "0" } };
}

/**
 * Which of several recorders follows the table's stream, so that the others need not read it too. Nothing depends on it: what two
 * recorders record, they record once. So it needs no fencing, a holder that wakes up late does no harm, and whoever starts takes it at
 * once, rather than wait whether a process that is gone comes back.
 */
import { randomUUID } from "node:crypto";
import type { Database, Item } from "../database/database.ts";
import { ConditionalCheckFailedException, PutItemCommand } from "../database/sdk.ts";

/** A holder whose beat has not changed for so long, by the clock of whoever looks, is taken for dead. */
const patienceMs = 15_000;
const key = { pk: { S: "recorder-lease" }, sk: { N: "0" } };

export class RecorderLease {
  readonly #database: Database;
  readonly #name = randomUUID();
  #started = false;
  #seen: { readonly beat: string; readonly at: number } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes or renews it where that is due. True when it is this recorder's turn, until the next call. */
  async hold(): Promise<boolean> {
    const lease = await this.#database.get(this.#database.tables.feed, key, true);
    const holder = lease?.holder?.S;
    const mayTake = !this.#started || holder === undefined || holder === this.#name || this.#isDead(lease);
    this.#started = true;
    return mayTake && this.#replace(lease, this.#name);
  }

  /** Lets another one begin at once. */
  async giveBack(): Promise<void> {
    const lease = await this.#database.get(this.#database.tables.feed, key, true);
    if (lease?.holder?.S === this.#name) await this.#replace(lease, undefined);
  }

  #isDead(lease: Item | undefined): boolean {
    const beat = lease?.beat?.S ?? "";
    if (this.#seen?.beat !== beat) this.#seen = { beat, at: performance.now() };
    return performance.now() - this.#seen.at > patienceMs;
  }

  async #replace(lease: Item | undefined, holder: string | undefined): Promise<boolean> {
    const beat = randomUUID();
    try {
      await this.#database.client.send(
        new PutItemCommand({
          TableName: this.#database.tables.feed,
          Item: { ...key, beat: { S: beat }, ...(holder !== undefined && { holder: { S: holder } }) },
          ConditionExpression: lease ? "beat = :seen OR beat = :beat" : "attribute_not_exists(pk) OR beat = :beat",
          ExpressionAttributeValues: { ":beat": { S: beat }, ...(lease?.beat && { ":seen": lease.beat }) },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

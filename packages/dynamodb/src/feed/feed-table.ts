/**
 * The recorded feed: for each partition a head and items of events by position, and for each stream a mark that says how far it is
 * recorded. An item, the head and the marks change in one transaction, so nothing is recorded twice and no position is left out.
 */
import { type AttributeValue, TransactionCanceledException, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { FedEvent, FeedPage, StoredEvent } from "foldstream/port";
import { type Database, type Item, type Key, mostAtOnce } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import type { Payloads } from "../database/payload.ts";
import { eventOf, eventTuple } from "../event-store/chunk.ts";

/** How far a stream is recorded. */
export interface Mark {
  readonly version: number;
  /** Position of that version. */
  readonly position: number;
}

/** Events of one stream that follow its mark, in version order. */
export interface News {
  readonly stream: string;
  readonly mark: Mark;
  readonly events: readonly StoredEvent[];
}

type FedTuple = readonly [stream: string, version: number, event: ReturnType<typeof eventTuple>];

export const noMark: Mark = { version: 0, position: 0 };

/** Streams that one transaction can record, beside the item and the head (docs: "Service, account, and table quotas"). */
export const streamsPerItem = mostAtOnce - 2;

export class FeedTable {
  readonly #database: Database;
  readonly #payloads: Payloads;
  readonly #table: string;

  constructor(database: Database, payloads: Payloads) {
    this.#database = database;
    this.#payloads = payloads;
    this.#table = database.tables.feed;
  }

  /** Position of the newest event of the partition. */
  async head(partition: string): Promise<number> {
    const item = await this.#database.get(this.#table, headKey(partition), true);
    return Number(item?.position?.N ?? 0);
  }

  async marks(streams: readonly string[]): Promise<Map<string, Mark>> {
    const items = await this.#database.getMany(this.#table, streams.map(markKey));
    return new Map(
      items.map((item) => [streamOf(item), { version: Number(item.version?.N), position: Number(item.position?.N) }]),
    );
  }

  /**
   * Puts the news behind the head. False, and nothing done, when the head or a mark has moved. At most `streamsPerItem` streams.
   */
  async record(partition: string, head: number, news: readonly News[]): Promise<boolean> {
    const count = news.reduce((sum, { events }) => sum + events.length, 0);
    const next = head + count;
    const text = JSON.stringify(news.flatMap(({ events }) => events.map(fedTuple)));
    const what = `A step of the recorder over ${count} events`;
    const payload = await this.#payloads.encode(text, what, () => `feed/${partition}/${next}`);
    const item = { pk: { S: `partition#${partition}` }, sk: number(next), first: number(head + 1), events: payload };
    const marks = marksAfter(news, head).map(([stream, before, after]) => this.#markPut(stream, before, after));
    const writes = [
      { Put: { TableName: this.#table, Item: item, ConditionExpression: "attribute_not_exists(pk)" } },
      this.#headPut(partition, head, next),
      ...marks,
    ];
    return this.#transact(writes);
  }

  async #transact(writes: NonNullable<ConstructorParameters<typeof TransactWriteItemsCommand>[0]["TransactItems"]>) {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#database.client.send(new TransactWriteItemsCommand({ TransactItems: writes }));
        return true;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
        if (codes.includes("ConditionalCheckFailed")) return false;
        await pause(attempt);
      }
    }
  }

  #headPut(partition: string, before: number, after: number) {
    return this.#put({ ...headKey(partition), position: number(after) }, "position", before);
  }

  #markPut(stream: string, before: Mark, after: Mark) {
    const item = { ...markKey(stream), version: number(after.version), position: number(after.position) };
    return this.#put(item, "version", before.version);
  }

  /** On the condition that `attribute` is `before`; 0 stands for an item that is not there yet. */
  #put(item: Item, attribute: string, before: number) {
    const condition =
      before === 0
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "#attribute = :before",
            ExpressionAttributeNames: { "#attribute": attribute },
            ExpressionAttributeValues: { ":before": number(before) },
          };
    return { Put: { TableName: this.#table, Item: item, ...condition } };
  }

  /** Events with `position > after`, at most `limit`. */
  async read(partition: string, after: number, limit: number): Promise<FeedPage> {
    const events: FedEvent[] = [];
    const items = this.#database.query({
      TableName: this.#table,
      KeyConditionExpression: "pk = :partition AND sk > :after",
      ExpressionAttributeValues: { ":partition": { S: `partition#${partition}` }, ":after": number(after) },
      Limit: limit,
    });
    for await (const item of items) {
      for (const event of await this.#events(item)) if (event.position > after) events.push(event);
      if (events.length >= limit) break;
    }
    const page = events.slice(0, limit);
    return { events: page, next: page.at(-1)?.position ?? after };
  }

  async #events(item: Item): Promise<FedEvent[]> {
    const tuples = JSON.parse(await this.#payloads.decode(item.events ?? { S: "[]" })) as FedTuple[];
    const first = Number(item.first?.N);
    return tuples.map(([stream, version, event], index) => ({
      ...eventOf(event),
      stream,
      version,
      position: first + index,
    }));
  }
}

function fedTuple(event: StoredEvent): FedTuple {
  return [event.stream, event.version, eventTuple(event)];
}

function marksAfter(news: readonly News[], head: number): [stream: string, before: Mark, after: Mark][] {
  let position = head;
  return news.map(({ stream, mark, events }) => {
    position += events.length;
    return [stream, mark, { version: mark.version + events.length, position }];
  });
}

function headKey(partition: string): Key {
  return { pk: { S: `head#${partition}` }, sk: number(0) };
}

function markKey(stream: string): Key {
  return { pk: { S: `stream#${stream}` }, sk: number(0) };
}

function streamOf(item: Item): string {
  return (item.pk?.S ?? "").slice("stream#".length);
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

/**
 * The recorded feed: items of events by position in each partition, a head that says up to where they show, and for each stream a mark
 * that says how far it is recorded.
 *
 * No transaction is needed. An item is put under its first position, on the condition that nothing is there: of two recorders at the
 * same head one wins. Then the head moves, then the marks. Whoever finds an item beyond the head, or marks behind the last item,
 * because its recorder was cut off or is slow, completes them before going on; all of these writes only ever move forward.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { FedEvent, FeedPage, StoredEvent } from "foldstream/port";
import type { Database, Item, Key } from "../database/database.ts";
import type { Payloads } from "../database/payload.ts";
import { ConditionalCheckFailedException, PutItemCommand } from "../database/sdk.ts";
import { eventOf, eventTuple } from "../event-store/chunk.ts";

/** How far a stream is recorded. */
export interface Mark {
  readonly version: number;
  /** Position of that version. */
  readonly position: number;
}

/** Events of streams that follow their marks, those of a stream in version order. */
export type News = readonly StoredEvent[];

interface Head {
  readonly position: number;
  /** First position of the last item; 0 when there is none. */
  readonly first: number;
}

type FedTuple = readonly [stream: string, version: number, event: ReturnType<typeof eventTuple>];

export class FeedTable {
  readonly #database: Database;
  readonly #payloads: Payloads;
  readonly #table: string;

  constructor(database: Database, payloads: Payloads) {
    this.#database = database;
    this.#payloads = payloads;
    this.#table = database.tables.feed;
  }

  /** Position of the newest event of the partition that shows. */
  async head(partition: string): Promise<number> {
    return (await this.#head(partition)).position;
  }

  async marks(streams: readonly string[]): Promise<Map<string, Mark>> {
    const items = await this.#database.getMany(this.#table, streams.map(markKey));
    return new Map(
      items.map((item) => [streamOf(item), { version: Number(item.version?.N), position: Number(item.position?.N) }]),
    );
  }

  /** Completes what another recorder may have left undone, and returns the head after it. Marks read from here on are complete. */
  async complete(partition: string): Promise<number> {
    let { position, first } = await this.#head(partition);
    if (first > 0) await this.#writeMarks(await this.#item(partition, first));
    for (;;) {
      const beyond = await this.#item(partition, position + 1);
      if (beyond.length === 0) return position;
      [first, position] = [position + 1, await this.#show(partition, position, beyond)];
    }
  }

  /**
   * Puts news behind the head. Returns the head after them, or nothing when it was not the head any more: `complete` then tells what
   * is.
   */
  async record(partition: string, head: number, news: News): Promise<number | undefined> {
    const tuples = news.map((event): FedTuple => [event.stream, event.version, eventTuple(event)]);
    const what = `A step of the recorder over ${news.length} events`;
    const payload = await this.#payloads.encode(
      JSON.stringify(tuples),
      what,
      () => `feed/${partition}/${head + 1}-${crypto.randomUUID()}`,
    );
    const item = { ...itemKey(partition, head + 1), events: payload };
    if (!(await this.#put(item, "attribute_not_exists(pk)"))) return undefined;
    const fed = news.map((event, index) => ({ ...event, position: head + 1 + index }));
    return this.#show(partition, head, fed);
  }

  /** Moves the head over an item, then the marks of its streams. Returns the head. */
  async #show(partition: string, head: number, events: readonly FedEvent[]): Promise<number> {
    const position = head + events.length;
    const item = { ...headKey(partition), position: number(position), first: number(head + 1) };
    await this.#put(item, "attribute_not_exists(pk) OR #value < :value", ["position", position]);
    await this.#writeMarks(events);
    return position;
  }

  async #writeMarks(events: readonly FedEvent[]): Promise<void> {
    const marks = new Map(events.map(({ stream, version, position }) => [stream, { version, position }]));
    await Promise.all(
      [...marks].map(([stream, { version, position }]) => {
        const item = { ...markKey(stream), version: number(version), position: number(position) };
        return this.#put(item, "attribute_not_exists(pk) OR #value < :value", ["version", version]);
      }),
    );
  }

  /** False when the condition does not hold. */
  async #put(item: Item, condition: string, value?: readonly [name: string, value: number]): Promise<boolean> {
    try {
      await this.#database.client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: condition,
          ...(value && {
            ExpressionAttributeNames: { "#value": value[0] },
            ExpressionAttributeValues: { ":value": number(value[1]) },
          }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Events with `position > after`, at most `limit`. */
  async read(partition: string, after: number, limit: number): Promise<FeedPage> {
    const head = await this.head(partition);
    const events: FedEvent[] = [];
    if (after < head) {
      for await (const event of this.#eventsFrom(partition, after + 1, limit)) {
        if (event.position > head || events.length === limit) break;
        if (event.position > after) events.push(event);
      }
    }
    return { events, next: events.at(-1)?.position ?? after };
  }

  /** From the item on that holds `position`: nearly always one begins there, since consumers stop where items end. */
  async *#eventsFrom(partition: string, position: number, limit: number): AsyncGenerator<FedEvent> {
    let found = false;
    for await (const item of this.#query(partition, position, { sign: ">=", forward: true, limit })) {
      if (!found && Number(item.sk?.N) > position) yield* await this.#eventsAround(partition, position);
      found = true;
      yield* await this.#events(item);
    }
    if (!found) yield* await this.#eventsAround(partition, position);
  }

  /** Of the last item that begins before a position. */
  async #eventsAround(partition: string, position: number): Promise<FedEvent[]> {
    for await (const item of this.#query(partition, position, { sign: "<", forward: false, limit: 1 }))
      return this.#events(item);
    return [];
  }

  #query(
    partition: string,
    position: number,
    { sign, forward, limit }: { readonly sign: "<" | ">="; readonly forward: boolean; readonly limit: number },
  ): AsyncGenerator<Item> {
    return this.#database.query({
      TableName: this.#table,
      KeyConditionExpression: `pk = :partition AND sk ${sign} :position`,
      ExpressionAttributeValues: { ":partition": itemKey(partition, 0).pk, ":position": number(position) },
      ScanIndexForward: forward,
      Limit: limit,
    });
  }

  async #head(partition: string): Promise<Head> {
    const item = await this.#database.get(this.#table, headKey(partition), true);
    return { position: Number(item?.position?.N ?? 0), first: Number(item?.first?.N ?? 0) };
  }

  /** The events of the item at a position, none where no item begins. */
  async #item(partition: string, first: number): Promise<FedEvent[]> {
    const item = await this.#database.get(this.#table, itemKey(partition, first), true);
    return item ? this.#events(item) : [];
  }

  async #events(item: Item): Promise<FedEvent[]> {
    const tuples = JSON.parse(await this.#payloads.decode(item.events ?? { S: "[]" })) as FedTuple[];
    const first = Number(item.sk?.N);
    return tuples.map(([stream, version, event], index) => ({
      ...eventOf(event),
      stream,
      version,
      position: first + index,
    }));
  }
}

function itemKey(partition: string, first: number): Key {
  return { pk: { S: `partition#${partition}` }, sk: number(first) };
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

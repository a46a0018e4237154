/** Reads streams, and remembers their tips and what receipts their batches hold. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type CommandReceipt, RecentMap, type StoredEvent } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import type { Payloads } from "../database/payload.ts";
import { type Chunk, parseChunk, receiptsOf, storedEvents } from "./chunk.ts";
import { chunksOf, isTip, noTip, parseTip, sortKeyAfter, type Tip, tipKey } from "./tip.ts";

/** Command ids of the chunks that are in batches, up to a revision. Batches do not change, so neither does this. */
interface OldCommands {
  readonly upTo: number;
  readonly ids: Set<string>;
}

const tipsRemembered = 20_000;
const idsRemembered = 500_000;

export class StreamLog {
  readonly #database: Database;
  readonly #payloads: Payloads;
  readonly #tips = new RecentMap<string, Tip>(tipsRemembered);
  readonly #oldCommands = new RecentMap<string, OldCommands>(idsRemembered, ({ ids }) => ids.size + 1);

  constructor(database: Database, payloads: Payloads) {
    this.#database = database;
    this.#payloads = payloads;
  }

  /** The tip as last seen here. May be behind: the append will tell. */
  remembered(stream: string): Tip | undefined {
    return this.#tips.get(stream);
  }

  /** An older tip does not take the place of a newer one. */
  remember(stream: string, tip: Tip): Tip {
    const known = this.#tips.get(stream);
    if (known && known.revision > tip.revision) return known;
    this.#tips.set(stream, tip);
    return tip;
  }

  /** The tip as it is now. */
  async tip(stream: string): Promise<Tip> {
    const item = await this.#database.get(this.#database.tables.log, tipKey(stream), true);
    return item ? this.remember(stream, parseTip(item)) : noTip;
  }

  /** The tips as they are now, of those streams that there are. */
  async tips(streams: readonly string[]): Promise<Map<string, Tip>> {
    const items = await this.#database.getMany(this.#database.tables.log, [...new Set(streams)].map(tipKey));
    return new Map(items.map((item) => [item.pk?.S ?? "", this.remember(item.pk?.S ?? "", parseTip(item))]));
  }

  /**
   * Events with `version > after`, at most `limit`. `consistent` costs twice. A query passes over the items one by one, so a batch
   * may be split off behind its back: a gap tells, and it reads on from there.
   */
  async events(stream: string, after: number, limit: number, consistent: boolean): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) await pause(attempt);
      const gap = await this.#collect(stream, after, limit, consistent || attempt > 0, events);
      if (!gap) return events;
    }
  }

  /** Adds what follows the events there are. True when it met a gap. */
  async #collect(
    stream: string,
    after: number,
    limit: number,
    consistent: boolean,
    events: StoredEvent[],
  ): Promise<boolean> {
    for await (const chunk of this.#chunks(stream, after + events.length, consistent)) {
      for (const event of storedEvents(stream, chunk)) {
        const next = after + events.length + 1;
        if (event.version > next) return true;
        if (event.version === next) events.push(event);
        if (events.length === limit) return false;
      }
    }
    return false;
  }

  /** The chunks of a revision and later, as the log has them now. `version` is the stream's before that revision. */
  async chunksSince(stream: string, revision: number, version: number): Promise<Chunk[]> {
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) await pause(attempt);
      const found = new Map<number, Chunk>();
      for await (const chunk of this.#chunks(stream, version - 1, true)) found.set(chunk.revision, chunk);
      const base = this.remembered(stream)?.base ?? 0;
      if (base < revision || found.has(base)) return [...found.values()].filter((chunk) => chunk.revision >= revision);
    }
  }

  /** Every receipt of the stream. */
  async allReceipts(stream: string): Promise<CommandReceipt[]> {
    return (await this.chunksSince(stream, 1, 0)).flatMap((chunk) => receiptsOf(stream, chunk));
  }

  /** The receipts among `commandIds` that the stream holds as of `tip`. */
  async receipts(stream: string, tip: Tip, commandIds: ReadonlySet<string>): Promise<CommandReceipt[]> {
    if (commandIds.size === 0) return [];
    const newest = (await this.decode(tip.chunks)).flatMap((chunk) => receiptsOf(stream, chunk));
    const found = newest.filter(({ commandId }) => commandIds.has(commandId));
    if (tip.base === 0 || found.length === commandIds.size) return found;
    const old = await this.#commandsInBatches(stream, tip);
    if (![...commandIds].some((id) => old.has(id))) return found;
    return (await this.allReceipts(stream)).filter(({ commandId }) => commandIds.has(commandId));
  }

  /** To be called when a tip's chunks went to a batch: their commands are then known without reading it. */
  async splitOff(stream: string, tip: Tip): Promise<void> {
    const known = this.#oldCommands.get(stream) ?? (tip.base === 0 ? { upTo: 0, ids: new Set<string>() } : undefined);
    if (known?.upTo !== tip.base) return;
    for (const { receipts } of await this.decode(tip.chunks))
      for (const { commandId } of receipts) known.ids.add(commandId);
    this.#oldCommands.set(stream, { upTo: tip.revision, ids: known.ids });
  }

  decode(chunks: readonly AttributeValue[]): Promise<Chunk[]> {
    return Promise.all(chunks.map(async (chunk) => parseChunk(await this.#payloads.decode(chunk))));
  }

  async #commandsInBatches(stream: string, tip: Tip): Promise<ReadonlySet<string>> {
    const known = this.#oldCommands.get(stream);
    if (known && known.upTo >= tip.base) return known.ids;
    const ids = new Set((await this.allReceipts(stream)).map(({ commandId }) => commandId));
    this.#oldCommands.set(stream, { upTo: tip.base, ids });
    return ids;
  }

  /** Chunks that end after `after`, batches first; one may come twice where two writers split the same tip. */
  async *#chunks(stream: string, after: number, consistent: boolean): AsyncGenerator<Chunk> {
    for await (const item of this.#items(stream, after, consistent)) {
      if (isTip(item)) this.remember(stream, parseTip(item));
      yield* await this.decode(chunksOf(item));
    }
  }

  #items(stream: string, after: number, consistent: boolean): AsyncGenerator<Item> {
    return this.#database.query({
      TableName: this.#database.tables.log,
      KeyConditionExpression: "pk = :stream AND sk >= :from",
      ExpressionAttributeValues: { ":stream": { S: stream }, ":from": { S: sortKeyAfter(after) } },
      ConsistentRead: consistent,
    });
  }
}

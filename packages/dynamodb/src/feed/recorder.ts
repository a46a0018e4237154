/**
 * Records what streams have grown by into the feed. It is told which streams have news, by whatever means: appends of this process,
 * the table's stream, a look through the table. News that comes twice, late or out of order records nothing twice; news that was
 * lost is noticed by the gap in versions and healed from the log.
 */
import type { StoredEvent } from "foldstream/port";
import { LRUCache } from "lru-cache";
import { storedEvents } from "../event-store/chunk.ts";
import type { StreamLog } from "../event-store/stream-log.ts";
import type { Tip } from "../event-store/tip.ts";
import { type FeedTable, type Mark, type News, noMark, streamsPerItem } from "./feed-table.ts";
import { partitionOf } from "./partition-of.ts";

/** Text that one item of the feed takes, about, so that it fits deflated or not; a larger event has an item of its own. */
const charactersPerItem = 250_000;
const eventsPerRead = 500;
/** Beside an event's data. */
const metadataCharacters = 200;
const marksRemembered = 50_000;

export class Recorder {
  readonly #log: StreamLog;
  readonly #feed: FeedTable;
  readonly #partitions: number;
  readonly #recorded: (partition: string) => void;
  readonly #marks = new LRUCache<string, Mark>({ max: marksRemembered });
  readonly #heads = new Map<string, number>();
  /** One step at a time in each partition. */
  readonly #busy = new Map<string, Promise<void>>();

  constructor(log: StreamLog, feed: FeedTable, partitions: number, recorded: (partition: string) => void) {
    this.#log = log;
    this.#feed = feed;
    this.#partitions = partitions;
    this.#recorded = recorded;
  }

  /** Resolves once the feed includes the streams up to the versions of these tips. */
  async record(tips: ReadonlyMap<string, Tip>): Promise<void> {
    const byPartition = new Map<string, Map<string, Tip>>();
    for (const [stream, tip] of tips) {
      const partition = partitionOf(stream, this.#partitions);
      byPartition.set(partition, (byPartition.get(partition) ?? new Map()).set(stream, tip));
    }
    await Promise.all([...byPartition].map(([partition, grown]) => this.#inTurn(partition, grown)));
  }

  async #inTurn(partition: string, tips: ReadonlyMap<string, Tip>): Promise<void> {
    const before = this.#busy.get(partition) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#recordIn(partition, [...tips]));
    this.#busy.set(partition, turn);
    await turn;
  }

  async #recordIn(partition: string, tips: readonly (readonly [string, Tip])[]): Promise<void> {
    for (let start = 0; start < tips.length; start += streamsPerItem) {
      let open: readonly (readonly [string, Tip])[] = tips.slice(start, start + streamsPerItem);
      while (open.length > 0) open = await this.#step(partition, open);
    }
  }

  /** Records some of the news; returns what is still open. */
  async #step(
    partition: string,
    tips: readonly (readonly [string, Tip])[],
  ): Promise<readonly (readonly [string, Tip])[]> {
    const marks = await this.#marksOf(tips.map(([stream]) => stream));
    const open = tips.filter(([stream, tip]) => tip.version > (marks.get(stream) ?? noMark).version);
    const news: News[] = [];
    let room = charactersPerItem;
    for (const [stream, tip] of open) {
      if (room <= 0) break;
      const mark = marks.get(stream) ?? noMark;
      const events = await this.#eventsSince(stream, mark.version, tip);
      const fitting = whatFits(events, room);
      room -= charactersOf(fitting);
      if (fitting.length > 0) news.push({ stream, mark, events: fitting });
      if (fitting.length < events.length) break;
    }
    if (news.length > 0) await this.#write(partition, news);
    return open;
  }

  async #write(partition: string, news: readonly News[]): Promise<void> {
    const head = this.#heads.get(partition) ?? (await this.#feed.head(partition));
    if (!(await this.#feed.record(partition, head, news))) {
      this.#heads.delete(partition);
      for (const { stream } of news) this.#marks.delete(stream);
      return;
    }
    let position = head;
    for (const { stream, mark, events } of news) {
      position += events.length;
      this.#marks.set(stream, { version: mark.version + events.length, position });
    }
    this.#heads.set(partition, position);
    this.#recorded(partition);
  }

  async #marksOf(streams: readonly string[]): Promise<Map<string, Mark>> {
    const unknown = streams.filter((stream) => !this.#marks.has(stream));
    if (unknown.length > 0) for (const [stream, mark] of await this.#feed.marks(unknown)) this.#marks.set(stream, mark);
    return new Map(
      streams.flatMap((stream) => (this.#marks.has(stream) ? [[stream, this.#marks.get(stream) as Mark]] : [])),
    );
  }

  /** From the tip at hand where it reaches back far enough, else from the log. */
  async #eventsSince(stream: string, version: number, tip: Tip): Promise<readonly StoredEvent[]> {
    const inTip = (await this.#log.decode(tip.chunks)).flatMap((chunk) => storedEvents(stream, chunk));
    const first = inTip[0]?.version ?? Number.POSITIVE_INFINITY;
    if (first <= version + 1) return inTip.filter((event) => event.version > version);
    return this.#log.events(stream, version, eventsPerRead, true);
  }
}

/** The first events, as many as fit; at least one. */
function whatFits(events: readonly StoredEvent[], room: number): readonly StoredEvent[] {
  let count = 0;
  for (let left = room; count < events.length; count++) {
    left -= charactersOf([events[count] as StoredEvent]);
    if (left < 0 && count > 0) break;
  }
  return events.slice(0, count);
}

function charactersOf(events: readonly StoredEvent[]): number {
  return events.reduce((sum, { data }) => sum + data.length + metadataCharacters, 0);
}

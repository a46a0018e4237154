/**
 * Records what streams have grown by into the feed. It is told which streams have news, by whatever means: appends of this process,
 * the table's stream, a look through the table. News that comes twice, late or out of order records nothing twice; news that was
 * lost is noticed by the gap in versions and healed from the log.
 */
import { RecentMap, type StoredEvent, Turns } from "foldstream/port";
import { storedEvents } from "../event-store/chunk.ts";
import type { StreamLog } from "../event-store/stream-log.ts";
import type { Tip } from "../event-store/tip.ts";
import type { FeedTable, Mark } from "./feed-table.ts";
import { partitionOf } from "./partition-of.ts";

/** Text that one item of the feed takes, about, so that it fits deflated or not; a larger event has an item of its own. */
const charactersPerItem = 250_000;
const eventsPerRead = 500;
/** Beside an event's data. */
const metadataCharacters = 200;
const marksRemembered = 20_000;
const noMark: Mark = { version: 0, position: 0 };

/** What is known of a partition for as long as nobody else records into it. */
interface Known {
  readonly head: number;
  readonly marks: RecentMap<string, Mark>;
}

type Grown = readonly (readonly [stream: string, tip: Tip])[];

export class Recorder {
  readonly #log: StreamLog;
  readonly #feed: FeedTable;
  readonly #partitions: number;
  readonly #recorded: (partition: string) => void;
  readonly #known = new Map<string, Known>();
  /** One step at a time in each partition. */
  readonly #turns = new Turns();

  constructor(log: StreamLog, feed: FeedTable, partitions: number, recorded: (partition: string) => void) {
    this.#log = log;
    this.#feed = feed;
    this.#partitions = partitions;
    this.#recorded = recorded;
  }

  /** Resolves once the feed includes the streams up to the versions of these tips. */
  async record(tips: ReadonlyMap<string, Tip>): Promise<void> {
    const byPartition = new Map<string, [string, Tip][]>();
    for (const [stream, tip] of tips) {
      const partition = partitionOf(stream, this.#partitions);
      byPartition.set(partition, [...(byPartition.get(partition) ?? []), [stream, tip]]);
    }
    const work = [...byPartition].map(([partition, grown]) =>
      this.#turns.take([partition], () => this.#recordIn(partition, grown)),
    );
    await Promise.all(work);
  }

  async #recordIn(partition: string, grown: Grown): Promise<void> {
    try {
      for (let open = grown; open.length > 0; ) open = await this.#step(partition, open);
    } catch (error) {
      // What was written of the step is not known: the next one looks again.
      this.#known.delete(partition);
      throw error;
    }
  }

  /** Records some of the news; returns what may still be open. */
  async #step(partition: string, grown: Grown): Promise<Grown> {
    const known = this.#known.get(partition) ?? (await this.#look(partition));
    const marks = await this.#marksOf(known, grown);
    const versionOf = (stream: string) => marks.get(stream)?.version ?? 0;
    const open = grown.filter(([stream, tip]) => tip.version > versionOf(stream));
    const news: StoredEvent[] = [];
    for (const [stream, tip] of open) {
      const events = await this.#eventsSince(stream, versionOf(stream), tip);
      const fitting = whatFits(events, charactersPerItem - charactersOf(news), news.length === 0);
      news.push(...fitting);
      if (fitting.length < events.length) break;
    }
    if (news.length > 0) await this.#write(partition, known, news);
    return open;
  }

  async #look(partition: string): Promise<Known> {
    const head = await this.#feed.complete(partition);
    const known = { head, marks: new RecentMap<string, Mark>(marksRemembered) };
    this.#known.set(partition, known);
    return known;
  }

  async #write(partition: string, { head, marks }: Known, news: readonly StoredEvent[]): Promise<void> {
    const next = await this.#feed.record(partition, head, news);
    if (next === undefined) {
      this.#known.delete(partition);
      return;
    }
    for (const [index, { stream, version }] of news.entries())
      marks.set(stream, { version, position: head + 1 + index });
    this.#known.set(partition, { head: next, marks });
    this.#recorded(partition);
  }

  /** Of all that have grown, however many: what is remembered may be fewer. */
  async #marksOf({ marks }: Known, grown: Grown): Promise<ReadonlyMap<string, Mark>> {
    const remembered = new Map(grown.map(([stream]) => [stream, marks.get(stream)]));
    const unknown = [...remembered.keys()].filter((stream) => !remembered.get(stream));
    const found = unknown.length > 0 ? await this.#feed.marks(unknown) : new Map<string, Mark>();
    return new Map(
      [...remembered].map(([stream, mark = found.get(stream) ?? noMark]) => {
        marks.set(stream, mark);
        return [stream, mark];
      }),
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

/** The first events, as many as fit; where there is nothing else yet, at least one. */
function whatFits(events: readonly StoredEvent[], room: number, alone: boolean): readonly StoredEvent[] {
  let count = 0;
  for (let left = room; count < events.length; count++) {
    left -= charactersOf([events[count] as StoredEvent]);
    if (left < 0 && !(alone && count === 0)) break;
  }
  return events.slice(0, count);
}

function charactersOf(events: readonly StoredEvent[]): number {
  return events.reduce((sum, { data }) => sum + data.length + metadataCharacters, 0);
}

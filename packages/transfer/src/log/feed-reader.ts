/** Reads a feed to its end, and later what has come since. */
import type { EventFeed, FedEvent, FeedPage } from "foldstream/port";

const pageSize = 2_000;

export class FeedReader {
  readonly #feed: EventFeed;
  readonly #reached = new Map<string, number>();
  #heads = new Map<string, number>();

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** Events up to where the feed ended when this was called: a feed that grows faster than it is read comes to an end too. */
  async *pages(): AsyncGenerator<readonly FedEvent[]> {
    const partitions = await this.#feed.partitions();
    this.#heads = new Map(
      await Promise.all(partitions.map(async (name) => [name, await this.#feed.head(name)] as const)),
    );
    for (const partition of partitions) yield* this.#partition(partition);
  }

  /** From 0 to 1, by positions: with gaps between them it is an estimate. */
  share(): number {
    let reached = 0;
    let heads = 0;
    for (const [partition, head] of this.#heads) {
      reached += Math.min(this.#reached.get(partition) ?? 0, head);
      heads += head;
    }
    return heads === 0 ? 1 : reached / heads;
  }

  /** The next page is on its way while the caller is busy with this one. */
  async *#partition(partition: string): AsyncGenerator<readonly FedEvent[]> {
    let coming = this.#read(partition, this.#reached.get(partition) ?? 0);
    for (let page = await coming; page; page = await coming) {
      coming = this.#read(partition, page.next);
      coming.catch(() => undefined); // Whoever awaits it is told; a caller who stops early need not be.
      this.#reached.set(partition, page.next);
      if (page.events.length > 0) yield page.events;
    }
  }

  async #read(partition: string, after: number): Promise<FeedPage | undefined> {
    if (after >= (this.#heads.get(partition) ?? 0)) return undefined;
    const page = await this.#feed.read(partition, after, pageSize);
    return page.next > after ? page : undefined;
  }
}

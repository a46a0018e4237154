/** Pages of the feed, shared by projections that read the same stretch: read once, decoded once, and only where someone asks. */
import type { RecordedEvent } from "../../definition/event.ts";
import type { EventFeed, FedEvent } from "../../port/event-feed.ts";
import { RecentMap } from "../../port/recent-map.ts";
import type { Catalog } from "../catalog.ts";

export interface EventPage {
  readonly events: readonly PagedEvent[];
  readonly next: number;
  /** More is likely to follow at once. */
  readonly full: boolean;
}

/** An event of a page. Decoding waits until a projection handles its type. */
export class PagedEvent {
  readonly stored: FedEvent;
  readonly #catalog: Catalog;
  readonly #partition: string;
  #recorded: RecordedEvent | undefined;

  constructor(stored: FedEvent, partition: string, catalog: Catalog) {
    this.stored = stored;
    this.#partition = partition;
    this.#catalog = catalog;
  }

  get recorded(): RecordedEvent {
    this.#recorded ??= this.#catalog.decodeFed(this.stored, this.#partition);
    return this.#recorded;
  }
}

const pagesKept = 4;

export class EventPages {
  readonly #feed: EventFeed;
  readonly #catalog: Catalog;
  readonly #limit: number;
  /** Events do not change, so a page stays true for whoever comes to its beginning, even when there is more behind it by then. */
  readonly #recent = new RecentMap<string, EventPage>(pagesKept);

  constructor(feed: EventFeed, catalog: Catalog, limit: number) {
    this.#feed = feed;
    this.#catalog = catalog;
    this.#limit = limit;
  }

  async read(partition: string, after: number): Promise<EventPage> {
    const key = `${partition}:${after}`;
    const known = this.#recent.get(key);
    if (known) return known;
    const { events, next } = await this.#feed.read(partition, after, this.#limit);
    const full = events.length >= this.#limit;
    const page = { events: events.map((stored) => new PagedEvent(stored, partition, this.#catalog)), next, full };
    if (events.length > 0) this.#recent.set(key, page);
    return page;
  }
}

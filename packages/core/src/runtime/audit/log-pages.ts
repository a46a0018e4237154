/** Reads stretches of the log for an audit, no faster than it was told to. */
import type { EventFeed } from "../../port/event-feed.ts";
import type { Catalog } from "../catalog.ts";
import { PagedEvent } from "../projection/event-pages.ts";
import { isSetAside, type SetAside } from "./set-aside.ts";
import type { Throttle } from "./throttle.ts";

export interface LogSide {
  readonly feed: EventFeed;
  readonly catalog: Catalog;
  readonly eventsPerPage: number;
  readonly setAside: SetAside;
}

export class LogPages {
  readonly #side: LogSide;
  readonly #throttle: Throttle;

  constructor(side: LogSide, throttle: Throttle) {
    this.#side = side;
    this.#throttle = throttle;
  }

  /** In the order of code points, which is also the order in which facts are scanned. */
  async partitions(): Promise<readonly string[]> {
    return [...(await this.#side.feed.partitions())].sort();
  }

  /** Events with a position beyond `after`, up to `until`, but for those that are set aside. */
  async *walk(partition: string, after: number, until: number): AsyncGenerator<readonly PagedEvent[]> {
    const { feed, catalog, eventsPerPage, setAside } = this.#side;
    for (let position = after; position < until; ) {
      const { events, next } = await feed.read(partition, position, eventsPerPage);
      const within = events.filter((event) => event.position <= until);
      const taken = within.filter((event) => !isSetAside(setAside, event, event.position));
      if (taken.length > 0) yield taken.map((stored) => new PagedEvent(stored, partition, catalog));
      await this.#throttle.spend({ events: within.length });
      if (next === position) return;
      position = next;
    }
  }
}

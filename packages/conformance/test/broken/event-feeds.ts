/** Event feeds with one mistake each, on an honest store. */
import type { EventFeed, FedEvent, FeedPage } from "foldstream/port";
import { brokenFeed, durableLog } from "./memory-log.ts";

/** A feed that changes its pages. */
function paging(change: (page: FeedPage, limit: number, after: number) => FeedPage) {
  return (feed: EventFeed): Partial<EventFeed> => ({
    read: async (partition, after, limit) => change(await feed.read(partition, after, limit), limit, after),
  });
}

/** A feed that changes its events. */
function showing(change: (event: FedEvent) => FedEvent) {
  return paging((page) => ({ ...page, events: page.events.map(change) }));
}

const all = 1_000_000;

export const brokenEventFeeds = [
  brokenFeed(
    "skips an event",
    "G3 shows every event once, in version order within its stream",
    paging((page) => ({ ...page, events: page.events.filter(({ position }) => position !== 7) })),
  ),
  brokenFeed(
    "shows an event twice",
    "G3 shows every event once, in version order within its stream",
    paging((page) => ({
      ...page,
      events: page.events.flatMap((event) => (event.position === 7 ? [event, event] : [event])),
    })),
  ),
  brokenFeed(
    "shows the newest events of a page first",
    "G3 gives positions that increase from 1 within a partition",
    paging((page) => ({ ...page, events: page.events.toReversed() })),
  ),
  brokenFeed(
    "counts positions from 0",
    "G3 gives positions that increase from 1 within a partition",
    showing((event) => ({ ...event, position: event.position - 1 })),
  ),
  brokenFeed(
    "orders the events of a page by stream and not by commit, so a page ends before what it holds",
    "G3 shows the same sequence whatever the size of the pages",
    paging((page) => ({
      ...page,
      events: page.events.toSorted((left, right) => (left.stream < right.stream ? -1 : 1)),
    })),
  ),
  brokenFeed(
    "loses the event at the end of a full page",
    "G3 shows the same sequence whatever the size of the pages",
    paging((page, limit) => (page.events.length === limit ? { ...page, events: page.events.slice(0, -1) } : page)),
  ),
  brokenFeed(
    "gives more events than the limit",
    "G3 shows the same sequence whatever the size of the pages",
    (feed) => ({ read: (partition, after, limit) => feed.read(partition, after, limit + 1) }),
  ),
  brokenFeed(
    "goes on one position too far",
    "G3 shows the same sequence whatever the size of the pages",
    paging((page, _, after) => (page.next === after ? page : { ...page, next: page.next + 1 })),
  ),
  brokenFeed(
    "spreads the events of a stream over partitions",
    "G3 keeps the events of a stream in one partition, and its partitions the same",
    (feed) => {
      const split = (partition: string) => [partition.slice(0, 1), partition.slice(1)] as const;
      return {
        partitions: async () => (await feed.partitions()).flatMap((partition) => [`${partition}a`, `${partition}b`]),
        head: (partition) => feed.head(split(partition)[0]),
        async read(partition, after, limit) {
          const [home, half] = split(partition);
          const page = await feed.read(home, after, limit);
          return { ...page, events: page.events.filter(({ version }) => version % 2 === (half === "a" ? 0 : 1)) };
        },
      };
    },
  ),
  brokenFeed(
    "has a partition for itself only once something was written",
    "G3 is empty before the first append",
    (feed) => ({
      async partitions() {
        const partitions = await feed.partitions();
        const heads = await Promise.all(partitions.map((partition) => feed.head(partition)));
        return partitions.filter((_, index) => (heads[index] ?? 0) > 0);
      },
    }),
  ),
  brokenFeed(
    "has its head one position ahead of what it shows",
    "G3 has its head at the position of the newest event",
    (feed) => ({ head: async (partition) => (await feed.head(partition)) + 1 }),
  ),
  brokenFeed(
    "announces a head before its event shows",
    "G3 never has its head before or beyond what it shows, not while 8 writers append either",
    (feed) => {
      const shown = new Map<string, number>();
      return {
        async head(partition) {
          const head = await feed.head(partition);
          setImmediate(() => shown.set(partition, head));
          return head;
        },
        async read(partition, after, limit) {
          const page = await feed.read(partition, after, limit);
          const events = page.events.filter(({ position }) => position <= (shown.get(partition) ?? all));
          return { events, next: events.at(-1)?.position ?? after };
        },
      };
    },
  ),
  brokenFeed(
    "shows the first stream of an append only",
    "G3 shows all events of one append to several streams",
    paging((page) => ({
      ...page,
      events: page.events.filter(({ stream, version }) => stream !== "counter-3" || version > 2),
    })),
  ),
  brokenFeed(
    "forgets who caused an event",
    "Port shows events as their streams hold them, with a position",
    showing(({ metadata: { principal: _, ...metadata }, ...event }) => ({ ...event, metadata })),
  ),
  brokenFeed(
    "shows an event only after the one behind it, as when positions are drawn before the commit",
    "G3 shows a consumer that follows every event once and in order while 8 writers append",
    (feed) => {
      const late = new Map<string, number>();
      return {
        async read(partition, after, limit) {
          const page = await feed.read(partition, after, limit);
          const head = await feed.head(partition);
          const hidden = head - 1;
          if (late.get(partition) === hidden) return page;
          late.set(partition, hidden);
          return { ...page, events: page.events.filter(({ position }) => position !== hidden) };
        },
      };
    },
  ),
  brokenFeed(
    "lets its head pass events that it does not show yet",
    "G3 never shows an event at or before a position that its head has passed",
    (feed) => {
      let reads = 0;
      return {
        async read(partition, after, limit) {
          const page = await feed.read(partition, after, limit);
          const hidden = ++reads < 40 ? 2 : 0;
          return { ...page, events: page.events.filter(({ position }) => position !== hidden) };
        },
      };
    },
  ),
  brokenFeed(
    "locates a token one event too early",
    "G6 locates the token of an append at points that include its events and that the feed has reached",
    (feed) => ({
      locate: async (token) =>
        (await feed.locate(token))?.map(({ partition, position }) => ({ partition, position: position - 1 })),
    }),
  ),
  brokenFeed(
    "locates a token beyond what any consumer can reach",
    "G6 locates the token of an append at points that include its events and that the feed has reached",
    (feed) => ({
      locate: async (token) =>
        (await feed.locate(token))?.map(({ partition, position }) => ({ partition, position: position + 1 })),
    }),
  ),
  brokenFeed(
    "locates a token where the head was when it was last asked",
    "G6 locates the tokens of 80 concurrent appends no sooner than their events show",
    (feed) => {
      let last: Awaited<ReturnType<EventFeed["locate"]>>;
      return {
        async locate(token) {
          const points = last ?? (await feed.locate(token));
          last = await feed.locate(token);
          return points;
        },
      };
    },
  ),
  brokenFeed(
    "locates only the first partition of a token",
    "G6 locates the token of one append to several streams at points that include them all",
    (feed) => ({ locate: async (token) => (await feed.locate(token))?.slice(0, 1) }),
  ),
  brokenFeed("locates tokens at no point at all", "G6 locates the token that a repeated command gets back", (feed) => ({
    async locate(token) {
      await feed.locate(token);
      return [];
    },
  })),
  brokenFeed("waits for ever for what it does not understand", "G6 refuses text that is no token", (feed) => ({
    locate: (token) => feed.locate(token).catch(() => undefined),
  })),
  brokenFeed("never wakes anybody", "Port wakes its subscribers after appends, and not those who have left", () => ({
    subscribe: () => () => undefined,
  })),
  brokenFeed(
    "wakes those who have left",
    "Port wakes its subscribers after appends, and not those who have left",
    (feed) => ({
      subscribe(wake) {
        feed.subscribe(wake);
        return () => undefined;
      },
    }),
  ),
  brokenFeed(
    "lets nobody leave who has been woken",
    "Port wakes its subscribers after appends, and not those who have left",
    (feed) => ({
      subscribe(wake) {
        let woken = false;
        const stop = feed.subscribe((partition) => {
          woken = true;
          wake(partition);
        });
        return () => {
          if (!woken) stop();
        };
      },
    }),
  ),
  brokenFeed(
    "stops waking all subscribers when one leaves",
    "Port wakes its subscribers after appends, and not those who have left",
    (feed) => {
      const stops: (() => void)[] = [];
      return {
        subscribe(wake) {
          stops.push(feed.subscribe(wake));
          return () => {
            for (const stop of stops) stop();
          };
        },
      };
    },
  ),
  {
    mistake: "shows the events of appends that were refused",
    caughtBy: "G3 shows nothing of appends that were refused",
    open() {
      const log = durableLog();
      return {
        ...log,
        eventStore: {
          ...log.eventStore,
          async append(writes: Parameters<typeof log.eventStore.append>[0]) {
            const result = await log.eventStore.append(writes);
            if (result.ok) return result;
            const elsewhere = writes.map((write) => ({
              ...write,
              stream: `${write.stream} refused ${Math.random()}`,
              expected: 0,
            }));
            await log.eventStore.append(elsewhere);
            return result;
          },
        },
      };
    },
  },
  {
    mistake: "counts its positions from 1 again when it is reopened",
    caughtBy: "G10 shows the same sequence after it is reopened, and new events behind it",
    open() {
      const log = durableLog();
      const breaks = showing((event) => ({ ...event, position: event.position % 20 }));
      return { ...log, reopen: async () => ({ ...log, eventFeed: { ...log.eventFeed, ...breaks(log.eventFeed) } }) };
    },
  },
];

/** Logs that differ from the memory log in what the ports leave open. */
import { MemoryLog } from "foldstream/memory";
import type { EventFeed, FeedPoint, StreamWrite } from "foldstream/port";
import type { Log, Reopenable } from "../../src/index.ts";
import { durableLog } from "../broken/memory-log.ts";
import type { HonestAdapter } from "./honest-adapter.ts";

type OpenLog = Log & Reopenable<Log>;

/** A log whose adapters are changed, also after it was reopened. */
function differing(change: (log: Log, memory: MemoryLog) => Partial<Log>): () => OpenLog {
  const reopened = (memory: MemoryLog): OpenLog => {
    const log = durableLog(memory);
    return { ...log, ...change(log, memory), reopen: async () => reopened(memory) };
  };
  return () => reopened(new MemoryLog(2));
}

/** How far apart positions are: as when they come from a sequence that others draw from too. */
const step = 3;

const spread = ({ partition, position }: FeedPoint) => ({ partition, position: position * step });

function gapped(feed: EventFeed): EventFeed {
  return {
    ...feed,
    async read(partition, after, limit) {
      const page = await feed.read(partition, Math.floor(after / step), limit);
      const events = page.events.map((event) => ({ ...event, position: event.position * step }));
      return { events, next: page.next * step + step - 1 };
    },
    head: async (partition) => (await feed.head(partition)) * step,
    locate: async (token) => (await feed.locate(token))?.map(spread),
  };
}

/** Shows what was appended a turn later, as a replica does. */
function late(feed: EventFeed, memory: MemoryLog): EventFeed {
  const shown = new Map([...memory.partitions.keys()].map((partition) => [partition, memory.head(partition)]));
  const bound = (partition: string) => shown.get(partition) ?? 0;
  const wakes = new Set<(partition: string) => void>();
  const show = (partition: string) => {
    shown.set(partition, memory.head(partition));
    for (const wake of wakes) wake(partition);
  };
  feed.subscribe((partition) => void setImmediate(show, partition));
  return {
    ...feed,
    read: (partition, after, limit) =>
      feed.read(partition, after, Math.max(0, Math.min(limit, bound(partition) - after))),
    head: async (partition) => bound(partition),
    async locate(token) {
      const points = await feed.locate(token);
      return points?.every(({ partition, position }) => position <= bound(partition)) ? points : undefined;
    },
    subscribe(wake) {
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
  };
}

/** Loses every second wake-up, and repeats the others. */
function forgetful(feed: EventFeed): EventFeed {
  const subscribe: EventFeed["subscribe"] = (wake) => {
    let calls = 0;
    return feed.subscribe((partition) => {
      if (++calls % 2 === 0) return;
      wake(partition);
      wake(partition);
    });
  };
  return { ...feed, subscribe };
}

export const honestLogs: readonly HonestAdapter<OpenLog>[] = [
  {
    freedom: "leaves gaps between positions, and reads on beyond the last event",
    open: differing(({ eventFeed }) => ({ eventFeed: gapped(eventFeed) })),
  },
  {
    freedom: "shows events some time after they were appended",
    open: differing(({ eventFeed }, memory) => ({ eventFeed: late(eventFeed, memory) })),
  },
  {
    freedom: "loses wake-ups and repeats others",
    open: differing(({ eventFeed }) => ({ eventFeed: forgetful(eventFeed) })),
  },
  {
    freedom: "gives receipts in an order of its own",
    open: differing(({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        receipts: async (stream, ids) => (await eventStore.receipts(stream, ids)).toReversed(),
      },
    })),
  },
  {
    freedom: "lists receipts in pages that fall short, and learns late that it has come to the end",
    open: differing(({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        async listReceipts({ limit, ...options }) {
          const { receipts } = await eventStore.listReceipts({ ...options, limit: Math.ceil(limit / 2) });
          const next = String(Number(options.after ?? "0") + receipts.length);
          return { receipts, ...(receipts.length > 0 && { next }) };
        },
      },
    })),
  },
  {
    freedom: "appends to one stream at a time",
    skips: "the store appends to 1 stream(s) at a time",
    open: differing(({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        capabilities: { streamsPerAppend: 1 },
        async append(writes: readonly StreamWrite[]) {
          if (writes.length > 1) throw new Error(`Asked for ${writes.length} streams in one append.`);
          return eventStore.append(writes);
        },
      },
    })),
  },
];

/** The event feed in memory. */
import { InvalidTokenError } from "../errors.ts";
import type { EventFeed, FeedPoint } from "../port/event-feed.ts";
import type { MemoryLog } from "./memory-log.ts";

/** Positions are counted per partition; the log decides how many there are. */
export function memoryEventFeed(log: MemoryLog): EventFeed {
  return {
    async partitions() {
      return [...log.partitions.keys()];
    },

    async read(partition, after, limit) {
      const stored = log.partitions.get(partition)?.slice(after, after + limit) ?? [];
      const events = stored.map((event, index) => ({ ...event, position: after + index + 1 }));
      return { events, next: after + events.length };
    },

    async head(partition) {
      return log.head(partition);
    },

    async locate(token) {
      const points = token.split(",").map((part) => pointOf(log, part, token));
      return points.every(({ partition, position }) => position <= log.head(partition)) ? points : undefined;
    },

    subscribe: (wake) => log.onWrite(wake),
  };
}

function pointOf(log: MemoryLog, part: string, token: string): FeedPoint {
  const [, partition = "", position = ""] = /^(\d+):(\d{1,15})$/.exec(part) ?? [];
  if (!log.partitions.has(partition)) throw new InvalidTokenError(token);
  return { partition, position: Number(position) };
}

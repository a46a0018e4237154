/** A feed that shows some appends only after a while, as engines do that record their feed beside the log. */
import { memoryEventFeed } from "../../memory/memory-event-feed.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { CallSide } from "./calls.ts";

const latestMs = 150;

export function lateFeed(log: MemoryLog, { chance, time, faults }: CallSide): EventFeed {
  const feed = memoryEventFeed(log);
  const shown = new Map<string, number>();
  const wakes = new Set<(partition: string) => void>();
  const headOf = (partition: string) => shown.get(partition) ?? 0;
  const show = (partition: string, position: number) => {
    shown.set(partition, Math.max(headOf(partition), position));
    for (const wake of wakes) wake(partition);
  };
  log.onWrite((partition) => {
    const position = log.head(partition);
    const place = `feed ${partition}:${position}`;
    const late = faults.strike(place, "lateFeed");
    if (late) time.after(latestMs * chance.of(place), () => show(partition, position));
    else show(partition, position);
  });
  return {
    partitions: () => feed.partitions(),
    read: (partition, after, limit) =>
      feed.read(partition, after, Math.min(limit, Math.max(0, headOf(partition) - after))),
    head: async (partition) => headOf(partition),

    async locate(token) {
      const points = await feed.locate(token);
      return points?.every(({ partition, position }) => position <= headOf(partition)) ? points : undefined;
    },

    subscribe(wake) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
  };
}

/** Memory adapters of one log, whole or with one mistake in them. */
import { MemoryLog, memoryEventFeed, memoryEventStore } from "foldstream/memory";
import type { EventFeed, EventStore } from "foldstream/port";
import type { Log, Reopenable } from "../../src/index.ts";
import type { BrokenAdapter } from "./broken-adapter.ts";

type OpenLog = Log & Reopenable<Log>;
type Mistake<Port> = (honest: Port) => Partial<Port>;

/** A log that is still there when it is opened again, as if it were on disk. */
export function durableLog(log = new MemoryLog(2)): OpenLog {
  return {
    eventStore: memoryEventStore(log),
    eventFeed: memoryEventFeed(log),
    close: async () => undefined,
    reopen: async () => durableLog(log),
  };
}

export function brokenStore(mistake: string, caughtBy: string, breaks: Mistake<EventStore>): BrokenAdapter<OpenLog> {
  const open = () => {
    const log = durableLog();
    return { ...log, eventStore: { ...log.eventStore, ...breaks(log.eventStore) } };
  };
  return { mistake, caughtBy, open };
}

export function brokenFeed(mistake: string, caughtBy: string, breaks: Mistake<EventFeed>): BrokenAdapter<OpenLog> {
  const open = () => {
    const log = durableLog();
    return { ...log, eventFeed: { ...log.eventFeed, ...breaks(log.eventFeed) } };
  };
  return { mistake, caughtBy, open };
}

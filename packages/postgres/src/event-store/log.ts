/** The event store and the feed of one log, which tell each other what is new. */
import type { EventFeed, EventStore } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { GroupAppend, type WriteGroup } from "./group-append.ts";
import { groupWriter } from "./group-writer.ts";
import { explainWait } from "./lock-holder.ts";
import { headOf, postgresEventFeed } from "./postgres-event-feed.ts";
import { postgresEventStore } from "./postgres-event-store.ts";
import { positionOf } from "./token.ts";
import { Watch } from "./watch.ts";

export interface Log {
  readonly eventStore: EventStore;
  readonly eventFeed: EventFeed;
  /** Finishes the appends that were accepted. */
  close(): Promise<void>;
}

export function openLog(database: Database): Log {
  const watch = new Watch(() => headOf(database));
  const writeGroup = groupWriter(database);
  const write: WriteGroup = async (group, alone) => {
    try {
      const outcomes = await writeGroup(group, alone);
      const last = outcomes.findLast(({ ok }) => ok);
      if (last?.ok) watch.reached(positionOf(last.token));
      return outcomes;
    } catch (error) {
      throw await explainWait(error, database);
    }
  };
  const group = new GroupAppend(write);
  return {
    eventStore: postgresEventStore(database, group),
    eventFeed: postgresEventFeed(database, watch),
    async close() {
      watch.close();
      await group.close();
    },
  };
}

/** The event store and the feed of one log, which tell each other what is new. */
import type { AppendResult, EventFeed, EventStore } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { GroupAppend } from "./group-append.ts";
import { type AnswerRow, type Append, columnsOf, outcomesOf } from "./group-columns.ts";
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

const parameters = Array.from({ length: 22 }, (_, index) => `$${index + 1}`).join(", ");

export function openLog(database: Database): Log {
  const watch = new Watch(() => headOf(database));
  const statement = `SELECT * FROM ${quoted(database.schema)}.append(${parameters})`;
  const write = async (group: readonly Append[]): Promise<AppendResult[]> => {
    try {
      const outcomes = outcomesOf(group, await database.rows<AnswerRow>(statement, columnsOf(group)));
      for (const outcome of outcomes) if (outcome.ok) watch.reached(positionOf(outcome.token));
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

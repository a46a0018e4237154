/** The event feed on PostgreSQL: one partition, in the order of commits. */
import type { EventFeed, FedEvent } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import { partition, positionOf } from "./token.ts";
import type { Watch } from "./watch.ts";

type FedRow = readonly [...EventRow, stream: string, position: number];

export function postgresEventFeed(database: Database, watch: Watch): EventFeed {
  const at = quoted(database.schema);
  const head = () => headOf(database);
  return {
    partitions: async () => [partition],

    async read(asked, after, limit) {
      if (asked !== partition) return { events: [], next: after };
      const rows = await database.rows<FedRow>(
        `SELECT ${eventColumns}, stream, position FROM ${at}.foldstream_events WHERE position > $1 ORDER BY position LIMIT $2`,
        [after, limit],
      );
      const events = rows.map(fedEvent);
      return { events, next: events.at(-1)?.position ?? after };
    },

    head: async (asked) => (asked === partition ? head() : 0),

    async locate(token) {
      const position = positionOf(token);
      return position <= (await head()) ? [{ partition, position }] : undefined;
    },

    subscribe: (wake) => watch.subscribe(() => wake(partition)),
  };
}

function fedEvent(row: FedRow): FedEvent {
  const [stream, position] = [row[10], row[11]];
  return { ...storedEvent(stream, row), position };
}

/** Position of the newest event. */
export async function headOf(database: Database): Promise<number> {
  const [row] = await database.rows<[number]>(
    `SELECT coalesce(max(position), 0) FROM ${quoted(database.schema)}.foldstream_events`,
  );
  return row?.[0] ?? 0;
}

/** The event feed on PostgreSQL: one partition, in the order of commits. */
import type { EventFeed, FedEvent } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import { partition, positionOf } from "./token.ts";
import type { Watch } from "./watch.ts";

export function postgresEventFeed(database: Database, watch: Watch): EventFeed {
  const at = quoted(database.schema);
  const head = () => headOf(database);
  return {
    partitions: async () => [partition],

    async read(asked, after, limit) {
      if (asked !== partition) return { events: [], next: after };
      const rows = await database.rows<[...EventRow, position: number]>(
        `SELECT ${eventColumns}, position FROM ${at}.foldstream_events WHERE position > $1 ORDER BY position LIMIT $2`,
        [after, limit],
      );
      const events = rows.map(
        (row): FedEvent => ({ ...storedEvent(row as unknown as EventRow), position: row[11] as number }),
      );
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

/** Position of the newest event. */
export async function headOf(database: Database): Promise<number> {
  const [row] = await database.rows<[number]>(
    `SELECT coalesce(max(position), 0) FROM ${quoted(database.schema)}.foldstream_events`,
  );
  return row?.[0] ?? 0;
}

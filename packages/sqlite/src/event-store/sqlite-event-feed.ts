/** The event feed on SQLite: one partition, in the order of commits. */
import type { EventFeed, FedEvent } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Appender } from "./appender.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import { partition, positionOf } from "./token.ts";

/** How often to look for appends of other processes. */
const lookEveryMs = 50;

type FedRow = readonly [...EventRow, stream: string, position: number];

export function sqliteEventFeed(database: Database, appender: Appender): EventFeed {
  const readEvents = database.prepareArrays(`
    SELECT ${eventColumns}, s.name, e.position FROM foldstream_events e JOIN foldstream_streams s ON s.id = e.stream_id
    WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  const wakes = new Set<(partition: string) => void>();
  let announced = 0;
  /** Snapshots and read models are written to the same file: those are no news. */
  const wakeIfLonger = () => {
    if (wakes.size === 0) return;
    const head = appender.head();
    if (head === announced) return;
    announced = head;
    for (const wake of wakes) wake(partition);
  };
  database.group.onCommit(wakeIfLonger);
  const watch = watchOthers(database, wakeIfLonger);

  return {
    partitions: async () => [partition],

    read: (asked, after, limit) =>
      database.read(() => {
        const rows = asked === partition ? (readEvents.all(after, limit) as unknown as FedRow[]) : [];
        const events = rows.map(fedEvent);
        return { events, next: events.at(-1)?.position ?? after };
      }),

    head: () => database.read(() => appender.head()),

    async locate(token) {
      const position = positionOf(token);
      return position <= (await database.read(() => appender.head())) ? [{ partition, position }] : undefined;
    },

    subscribe(wake) {
      if (wakes.size === 0 && database.connection.isOpen) announced = appender.head();
      wakes.add(wake);
      watch.start();
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0) watch.stop();
      };
    },
  };
}

function fedEvent(row: FedRow): FedEvent {
  const [stream, position] = [row[10], row[11]];
  return { ...storedEvent(stream, row), position };
}

/** `PRAGMA data_version` changes when another connection has written (sqlite.org/pragma.html#pragma_data_version). */
function watchOthers(database: Database, wake: () => void) {
  const dataVersion = database.prepareArrays("PRAGMA data_version");
  let timer: NodeJS.Timeout | undefined;
  let seen: number | undefined;
  const look = () => {
    if (!database.connection.isOpen) return;
    try {
      const [version] = dataVersion.get() as unknown as [number];
      if (version !== seen) wake();
      seen = version;
    } catch {
      // A wake-up is only a hint: whatever is wrong with the file, the next read tells those who can act on it.
    }
  };
  return {
    start() {
      timer ??= setInterval(look, lookEveryMs).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** The event feed on SQLite: one partition, in the order of commits. */
import type { EventFeed, FedEvent } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Appender } from "./appender.ts";
import { type EventRow, eventColumns, metadataOf } from "./event-row.ts";
import { StreamNames } from "./stream-names.ts";
import { partition, positionOf } from "./token.ts";

/** How often to look for appends of other processes. */
const lookEveryMs = 50;

type FedRow = readonly [...EventRow, streamId: number, position: number];

export function sqliteEventFeed(database: Database, appender: Appender): EventFeed {
  const readEvents = database.prepareArrays(`
    SELECT ${eventColumns}, e.stream_id, e.position FROM foldstream_events e
    WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  const streams = new StreamNames(database);
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
        const names = streams.of(rows.map((row) => row[10]));
        const events = rows.map((row) => fedEvent(row, names.get(row[10]) as string));
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

/** Built in one go: projections read many. */
function fedEvent(row: FedRow, stream: string): FedEvent {
  const [version, type, schemaVersion, data, recordedAt] = row;
  return { stream, version, type, schemaVersion, data, recordedAt, metadata: metadataOf(row), position: row[11] };
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

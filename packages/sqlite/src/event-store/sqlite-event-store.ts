/** The event store on SQLite. */
import { checkTexts, type EventStore, type StoredSnapshot, type StreamWrite } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Appender } from "./appender.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import type { StreamIds } from "./stream-ids.ts";

/** All streams are in one file, so an append may span as many as it likes. */
const streamsPerAppend = Number.POSITIVE_INFINITY;

/** About what an event takes beside its data. */
const metadataBytes = 200;

type SnapshotRow = readonly [version: number, schemaVersion: number, state: string];

export function sqliteEventStore(database: Database, appender: Appender, ids: StreamIds): EventStore {
  const { connection } = database;
  const readEvents = database.prepareArrays(`
    SELECT ${eventColumns} FROM foldstream_events e
    WHERE e.stream_id = ? AND e.version > ? ORDER BY e.version LIMIT ?`);
  const readSnapshot = database.prepareArrays(
    "SELECT version, schema_version, state FROM foldstream_snapshots WHERE stream_id = ?",
  );
  const createStream = connection.prepare("INSERT INTO foldstream_streams (name) VALUES (?) ON CONFLICT DO NOTHING");
  const writeSnapshot = connection.prepare(`
    INSERT INTO foldstream_snapshots SELECT id, ?, ?, ? FROM foldstream_streams WHERE name = ?
    ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
    WHERE excluded.version >= foldstream_snapshots.version`);

  const write = (stream: string, { version, schemaVersion, state }: StoredSnapshot) => {
    createStream.run(stream);
    writeSnapshot.run(version, schemaVersion, state, stream);
    return { value: undefined, undo: false };
  };

  return {
    capabilities: { streamsPerAppend },

    async append(writes) {
      checkTexts(writes);
      return database.group.write(() => appender.append(writes), bytesOf(writes));
    },

    read: (stream, { after, limit }) =>
      database.read(() => {
        const id = ids.find(stream);
        const rows = id === undefined ? [] : (readEvents.all(id, after, limit) as unknown as EventRow[]);
        return rows.map((row) => storedEvent(stream, row));
      }),

    receipts: (stream, commandIds) => database.read(() => appender.receipts(stream, commandIds)),

    listReceipts: (options) => database.read(() => appender.listReceipts(options)),

    readSnapshot: (stream) =>
      database.read(() => {
        const id = ids.find(stream);
        const row = id === undefined ? undefined : (readSnapshot.get(id) as unknown as SnapshotRow | undefined);
        return row && { version: row[0], schemaVersion: row[1], state: row[2] };
      }),

    writeSnapshot: (stream, snapshot) => database.group.write(() => write(stream, snapshot)),
  };
}

function bytesOf(writes: readonly StreamWrite[]): number {
  let bytes = 0;
  for (const { events } of writes) for (const { data } of events) bytes += data.length + metadataBytes;
  return bytes;
}

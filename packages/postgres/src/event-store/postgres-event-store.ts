/** The event store on PostgreSQL. */
import type { CommandReceipt, EventStore, ReceiptPage } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import type { GroupAppend } from "./group-append.ts";
import { checkTexts } from "./texts.ts";
import { tokenAt } from "./token.ts";

/** All streams are in one database, so an append may span as many as it likes. */
const streamsPerAppend = Number.POSITIVE_INFINITY;

type ReceiptRow = readonly [
  stream: string,
  commandId: string,
  fingerprint: string,
  version: number,
  position: number,
  streamId: number,
];
type SnapshotRow = readonly [version: number, schemaVersion: number, state: string];

export function postgresEventStore(database: Database, group: GroupAppend): EventStore {
  const at = quoted(database.schema);
  const receiptColumns = "s.name, r.command_id, r.fingerprint, r.version, r.position, s.id";
  return {
    capabilities: { streamsPerAppend },

    async append(writes) {
      checkTexts(writes);
      return group.append(writes);
    },

    async read(stream, { after, limit }) {
      const rows = await database.rows<EventRow>(
        `SELECT ${eventColumns} FROM ${at}.foldstream_streams s JOIN ${at}.foldstream_events e ON e.stream_id = s.id
        WHERE s.name = $1 AND e.version > $2 ORDER BY e.version LIMIT $3`,
        [stream, after, limit],
      );
      return rows.map(storedEvent);
    },

    async receipts(stream, commandIds) {
      if (commandIds.length === 0) return [];
      const rows = await database.rows<ReceiptRow>(
        `SELECT ${receiptColumns} FROM ${at}.foldstream_streams s JOIN ${at}.foldstream_receipts r ON r.stream_id = s.id
        WHERE s.name = $1 AND r.command_id = ANY ($2)`,
        [stream, commandIds],
      );
      return rows.map(commandReceipt);
    },

    /** Pages go along the key, whose last value is the cursor. */
    async listReceipts({ after = '["",0]', limit }): Promise<ReceiptPage> {
      const rows = await database.rows<ReceiptRow>(
        `SELECT ${receiptColumns} FROM ${at}.foldstream_receipts r JOIN ${at}.foldstream_streams s ON s.id = r.stream_id
        WHERE (r.command_id, r.stream_id) > ($1, $2) ORDER BY r.command_id, r.stream_id LIMIT $3`,
        [...(JSON.parse(after) as [string, number]), limit],
      );
      const last = rows.at(-1);
      const next = last && rows.length === limit && { next: JSON.stringify([last[1], last[5]]) };
      return { receipts: rows.map(commandReceipt), ...next };
    },

    async readSnapshot(stream) {
      const [row] = await database.rows<SnapshotRow>(
        `SELECT p.version, p.schema_version, p.state FROM ${at}.foldstream_streams s JOIN ${at}.foldstream_snapshots p ON p.stream_id = s.id
        WHERE s.name = $1`,
        [stream],
      );
      return row && { version: row[0], schemaVersion: row[1], state: row[2] };
    },

    async writeSnapshot(stream, { version, schemaVersion, state }) {
      await database.rows(
        `INSERT INTO ${at}.foldstream_snapshots AS old SELECT id, $2::bigint, $3::integer, $4::text FROM ${at}.foldstream_streams WHERE name = $1
        ON CONFLICT (stream_id) DO UPDATE
        SET version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
        WHERE excluded.version >= old.version`,
        [stream, version, schemaVersion, state],
      );
    },
  };
}

function commandReceipt([stream, commandId, fingerprint, version, position]: ReceiptRow): CommandReceipt {
  return { stream, commandId, fingerprint, version, token: tokenAt(position) };
}

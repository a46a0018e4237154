/** The event store on PostgreSQL. */
import { type CommandReceipt, checkTexts, type EventStore, type ReceiptPage } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { receiptColumns, receiptsWhere } from "../database/receipts.ts";
import { quoted } from "../database/sql-name.ts";
import { type EventRow, eventColumns, storedEvent } from "./event-row.ts";
import type { GroupAppend } from "./group-append.ts";
import { tokenAt } from "./token.ts";

/** All streams are in one database, so an append may span as many as it likes. */
const streamsPerAppend = Number.POSITIVE_INFINITY;

type ReceiptRow = readonly [stream: string, commandId: string, fingerprint: string, version: number, position: number];
type SnapshotRow = readonly [version: number, schemaVersion: number, state: string];

export function postgresEventStore(database: Database, group: GroupAppend): EventStore {
  const at = quoted(database.schema);
  const inOrder = "ORDER BY command_id, stream LIMIT $3";
  return {
    capabilities: { streamsPerAppend },

    async append(writes) {
      checkTexts(writes);
      return group.append(writes);
    },

    async read(stream, { after, limit }) {
      const rows = await database.rows<EventRow>(
        `SELECT ${eventColumns} FROM ${at}.foldstream_events
        WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3`,
        [stream, after, limit],
      );
      return rows.map((row) => storedEvent(stream, row));
    },

    async receipts(stream, commandIds) {
      if (commandIds.length === 0) return [];
      const rows = await database.rows<ReceiptRow>(
        receiptsWhere(database.schema, "stream = $1 AND command_id = ANY ($2)"),
        [stream, commandIds],
      );
      return rows.map(commandReceipt);
    },

    /** Pages go along the key, whose last value is the cursor. */
    async listReceipts({ after = '["",""]', limit }): Promise<ReceiptPage> {
      const rows = await database.rows<ReceiptRow>(
        `SELECT ${receiptColumns} FROM (${receiptsWhere(database.schema, `(command_id, stream) > ($1, $2) ${inOrder}`)}) page ${inOrder}`,
        [...(JSON.parse(after) as [string, string]), limit],
      );
      const last = rows.at(-1);
      const next = last && rows.length === limit && { next: JSON.stringify([last[1], last[0]]) };
      return { receipts: rows.map(commandReceipt), ...next };
    },

    async readSnapshot(stream) {
      const [row] = await database.rows<SnapshotRow>(
        `SELECT version, schema_version, state FROM ${at}.foldstream_snapshots WHERE stream = $1`,
        [stream],
      );
      return row && { version: row[0], schemaVersion: row[1], state: row[2] };
    },

    async writeSnapshot(stream, { version, schemaVersion, state }) {
      await database.rows(
        `INSERT INTO ${at}.foldstream_snapshots AS old VALUES ($1, $2, $3, $4)
        ON CONFLICT (stream) DO UPDATE
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

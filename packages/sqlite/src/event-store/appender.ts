/** The conditional append, as it runs inside a transaction. */
import type { AppendResult, CommandReceipt, ReceiptPage, StreamWrite } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Written } from "../database/group-commit.ts";
import { eventParameters } from "./event-row.ts";
import type { StreamIds } from "./stream-ids.ts";
import { StreamVersions } from "./stream-versions.ts";
import { tokenAt } from "./token.ts";

type ReceiptRow = readonly [commandId: string, fingerprint: string, version: number, position: number];
type ListedReceiptRow = readonly [...ReceiptRow, stream: string, streamId: number];

export class Appender {
  readonly #ids: StreamIds;
  readonly #head;
  readonly #versions: StreamVersions;
  readonly #createStream;
  readonly #insertEvent;
  readonly #insertReceipt;
  readonly #findReceipt;
  readonly #listReceipts;
  /** Newest position as far as the running transaction has come. */
  #reached: number | undefined;

  constructor(database: Database, ids: StreamIds) {
    const { connection } = database;
    this.#ids = ids;
    database.group.onCommit(() => this.#forgetReached());
    database.group.onRollback(() => this.#forgetReached());
    this.#head = database.prepareArrays("SELECT max(position) FROM foldstream_events");
    this.#versions = new StreamVersions(database);
    this.#createStream = connection.prepare("INSERT INTO foldstream_streams (name) VALUES (?) ON CONFLICT DO NOTHING");
    this.#insertEvent = connection.prepare("INSERT INTO foldstream_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#insertReceipt = connection.prepare(
      "INSERT INTO foldstream_receipts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#findReceipt = database.prepareArrays(
      "SELECT command_id, fingerprint, version, position FROM foldstream_receipts WHERE command_id = ? AND stream_id = ?",
    );
    this.#listReceipts = database.prepareArrays(`
      SELECT r.command_id, r.fingerprint, r.version, r.position, s.name, s.id
      FROM foldstream_receipts r JOIN foldstream_streams s ON s.id = r.stream_id
      WHERE (r.command_id, r.stream_id) > (?, ?) ORDER BY r.command_id, r.stream_id LIMIT ?`);
  }

  head(): number {
    return (this.#head.get() as unknown as [number | null])[0] ?? 0;
  }

  append(writes: readonly StreamWrite[]): Written<AppendResult> {
    const before = this.#reached ?? this.#begin();
    const after = writes.reduce((position, { events }) => position + events.length, before);
    let next = before;
    for (const [index, write] of writes.entries()) {
      const id = this.#claim(write);
      if (id === undefined) return { value: this.#conflict(writes.slice(index), write.stream), undo: index > 0 };
      const repeated = this.#writeReceipts(id, write, after);
      if (repeated.length > 0)
        return { value: this.#duplicate(write.stream, repeated, writes.slice(index + 1)), undo: true };
      next = this.#writeEvents(id, write, next);
    }
    this.#reached = after;
    return { value: { ok: true, token: tokenAt(after) }, undo: false };
  }

  receipts(stream: string, commandIds: readonly string[]): CommandReceipt[] {
    const id = this.#ids.find(stream);
    if (id === undefined) return [];
    return commandIds.flatMap((commandId) => {
      const row = this.#findReceipt.get(commandId, id) as unknown as ReceiptRow | undefined;
      return row ? [{ stream, commandId, fingerprint: row[1], version: row[2], token: tokenAt(row[3]) }] : [];
    });
  }

  /** Pages go along the key, whose last value is the cursor. */
  listReceipts({ after = '["",0]', limit }: { readonly after?: string; readonly limit: number }): ReceiptPage {
    const [commandId, streamId] = JSON.parse(after) as [string, number];
    const rows = this.#listReceipts.all(commandId, streamId, limit) as unknown as ListedReceiptRow[];
    const receipts = rows.map(
      ([id, fingerprint, version, position, stream]): CommandReceipt => ({
        stream,
        commandId: id,
        fingerprint,
        version,
        token: tokenAt(position),
      }),
    );
    const last = rows.at(-1);
    return { receipts, ...(last && rows.length === limit && { next: JSON.stringify([last[0], last[5]]) }) };
  }

  /** Once per transaction. */
  #begin(): number {
    this.#versions.begin();
    return this.head();
  }

  #forgetReached(): void {
    this.#reached = undefined;
  }

  /** The number of the stream if it has the expected version: the condition of the whole append. */
  #claim({ stream, expected, events }: StreamWrite): number | undefined {
    const id = expected === 0 ? this.#findOrCreate(stream) : this.#ids.find(stream);
    if (id === undefined || this.#versions.of(id) !== expected) return undefined;
    this.#versions.set(id, expected + events.length);
    return id;
  }

  #findOrCreate(stream: string): number | undefined {
    if (this.#ids.remembered(stream) !== undefined) return this.#ids.remembered(stream);
    const { changes, lastInsertRowid } = this.#createStream.run(stream);
    if (changes === 0) return this.#ids.find(stream);
    const id = Number(lastInsertRowid);
    this.#ids.learn(stream, id);
    this.#versions.set(id, 0);
    return id;
  }

  /** Returns the commands that have a receipt already. */
  #writeReceipts(id: number, { receipts }: StreamWrite, position: number): string[] {
    const repeated: string[] = [];
    for (const { commandId, fingerprint, version } of receipts) {
      const { changes } = this.#insertReceipt.run(commandId, id, fingerprint, version, position);
      if (changes !== 1) repeated.push(commandId);
    }
    return repeated;
  }

  #writeEvents(id: number, { expected, events }: StreamWrite, before: number): number {
    let position = before;
    let version = expected;
    for (const event of events) this.#insertEvent.run(++position, id, ++version, ...eventParameters(event));
    return position;
  }

  /** A command that was executed before explains a conflict better than the version does. `open` has written nothing yet. */
  #conflict(open: readonly StreamWrite[], stream: string): AppendResult {
    const receipts = this.#executed(open);
    if (receipts.length > 0) return { ok: false, reason: "duplicate-command", receipts };
    const id = this.#ids.find(stream);
    return { ok: false, reason: "version-conflict", stream, actual: id === undefined ? 0 : this.#versions.of(id) };
  }

  #duplicate(stream: string, commandIds: readonly string[], open: readonly StreamWrite[]): AppendResult {
    return {
      ok: false,
      reason: "duplicate-command",
      receipts: [...this.receipts(stream, commandIds), ...this.#executed(open)],
    };
  }

  #executed(writes: readonly StreamWrite[]): CommandReceipt[] {
    return writes.flatMap(({ stream, receipts }) => this.receipts(stream, idsOf(receipts)));
  }
}

function idsOf(receipts: readonly { readonly commandId: string }[]): string[] {
  return receipts.map(({ commandId }) => commandId);
}

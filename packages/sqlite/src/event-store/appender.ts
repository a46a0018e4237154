/** The conditional append, as it runs inside a transaction. */
import type { AppendResult, CommandReceipt, StreamWrite } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Written } from "../database/group-commit.ts";
import { eventParameters } from "./event-row.ts";
import type { StreamIds } from "./stream-ids.ts";
import { tokenAt } from "./token.ts";

type ReceiptRow = readonly [commandId: string, fingerprint: string, version: number, position: number];

export class Appender {
  readonly #ids: StreamIds;
  readonly #head;
  readonly #version;
  readonly #advance;
  readonly #createStream;
  readonly #insertEvent;
  readonly #insertReceipt;
  readonly #findReceipt;
  /** Newest position as far as the running transaction has come. */
  #reached: number | undefined;

  constructor(database: Database, ids: StreamIds) {
    const { connection } = database;
    this.#ids = ids;
    database.group.onCommit(() => this.#forgetReached());
    database.group.onRollback(() => this.#forgetReached());
    this.#head = database.prepareArrays("SELECT max(position) FROM foldstream_events");
    this.#version = database.prepareArrays("SELECT version FROM foldstream_streams WHERE id = ?");
    this.#advance = connection.prepare("UPDATE foldstream_streams SET version = ? WHERE id = ? AND version = ?");
    this.#createStream = connection.prepare(
      "INSERT INTO foldstream_streams (name, version) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    this.#insertEvent = connection.prepare("INSERT INTO foldstream_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#insertReceipt = connection.prepare(
      "INSERT INTO foldstream_receipts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#findReceipt = database.prepareArrays(
      "SELECT command_id, fingerprint, version, position FROM foldstream_receipts WHERE command_id = ? AND stream_id = ?",
    );
  }

  head(): number {
    return (this.#head.get() as unknown as [number | null])[0] ?? 0;
  }

  append(writes: readonly StreamWrite[]): Written<AppendResult> {
    const before = this.#reached ?? this.head();
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

  #forgetReached(): void {
    this.#reached = undefined;
  }

  /** Moves the stream from the expected version to the new one: the condition of the whole append. Nothing when it does not hold. */
  #claim({ stream, expected, events }: StreamWrite): number | undefined {
    const target = expected + events.length;
    if (expected === 0 && this.#ids.remembered(stream) === undefined) {
      const { changes, lastInsertRowid } = this.#createStream.run(stream, target);
      if (changes === 1) {
        this.#ids.learn(stream, Number(lastInsertRowid));
        return Number(lastInsertRowid);
      }
    }
    const id = this.#ids.find(stream);
    if (id === undefined) return undefined;
    return this.#advance.run(target, id, expected).changes === 1 ? id : undefined;
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
    const row = id === undefined ? undefined : (this.#version.get(id) as unknown as [number] | undefined);
    return { ok: false, reason: "version-conflict", stream, actual: row?.[0] ?? 0 };
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

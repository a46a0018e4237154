/** A group of appends as the columns that the append functions take, and their answers as the outcome of each. */
import type { AppendResult, CommandReceipt, EventToAppend, ReceiptToAppend, StreamWrite } from "foldstream/port";
import { integers, longs, texts } from "./binary-array.ts";
import { type MetadataRow, metadataRow } from "./event-row.ts";
import type { SeenVersions } from "./seen-versions.ts";
import { tokenAt } from "./token.ts";

export type Append = readonly StreamWrite[];

/** What `append_each` answers: the explanation of a lost append (from 1), or, in the one row without an append, the position after the group. */
export type AnswerRow = readonly [
  position: number | null,
  append: number | null,
  stream: string,
  version: number,
  commandId: string | null,
  fingerprint: string | null,
];

interface PlacedWrite {
  /** The number of its append in the group, from 1. */
  readonly append: number;
  readonly write: StreamWrite;
}

interface PlacedEvent extends PlacedWrite {
  readonly event: EventToAppend;
  readonly version: number;
}

interface PlacedReceipt extends PlacedWrite {
  readonly receipt: ReceiptToAppend;
  /** How many of the group's events come before the end of its append. */
  readonly end: number;
}

/** The arguments of `append_all`. */
export function columnsOfAll(group: readonly Append[], seen: SeenVersions): unknown[] {
  const { writes, events, receipts } = placed(group);
  const { witness } = seen;
  const unseen = writes.filter(({ write }) => write.expected > 0 && !seen.has(write.stream, write.expected));
  const unwritten = writes.filter(({ write }) => write.events.length === 0);
  return [
    ...[witness?.position, witness?.commandId, witness?.recordedAt],
    texts(unseen.map(({ write }) => write.stream)),
    longs(unseen.map(({ write }) => write.expected)),
    texts(unwritten.map(({ write }) => write.stream)),
    longs(unwritten.map(({ write }) => write.expected + 1)),
    ...eventColumns(events),
    ...receiptColumns(receipts),
  ];
}

/** The arguments of `append_each`. */
export function columnsOfEach(group: readonly Append[]): Buffer[] {
  const { writes, events, receipts } = placed(group);
  return [
    integers(writes.map(({ append }) => append)),
    texts(writes.map(({ write }) => write.stream)),
    longs(writes.map(({ write }) => write.expected)),
    integers(events.map(({ append }) => append)),
    ...eventColumns(events),
    integers(receipts.map(({ append }) => append)),
    ...receiptColumns(receipts),
  ];
}

function placed(group: readonly Append[]) {
  const writes: PlacedWrite[] = [];
  const events: PlacedEvent[] = [];
  const receipts: PlacedReceipt[] = [];
  for (const [index, writesOf] of group.entries()) {
    const append = index + 1;
    const end = events.length + eventsOf(writesOf);
    for (const write of writesOf) {
      writes.push({ append, write });
      for (const [place, event] of write.events.entries())
        events.push({ append, write, event, version: write.expected + place + 1 });
      for (const receipt of write.receipts) receipts.push({ append, write, receipt, end });
    }
  }
  return { writes, events, receipts };
}

function eventsOf(writes: Append): number {
  return writes.reduce((sum, { events }) => sum + events.length, 0);
}

function eventColumns(events: readonly PlacedEvent[]): Buffer[] {
  return [
    texts(events.map(({ write }) => write.stream)),
    longs(events.map(({ version }) => version)),
    texts(events.map(({ event }) => event.type)),
    longs(events.map(({ event }) => event.schemaVersion)),
    texts(events.map(({ event }) => event.data)),
    longs(events.map(({ event }) => event.recordedAt)),
    ...metadataColumns(events.map(({ event }) => metadataRow(event.metadata))),
  ];
}

function metadataColumns(rows: readonly MetadataRow[]): Buffer[] {
  return [
    texts(rows.map(([commandId]) => commandId)),
    texts(rows.map(([, causationId]) => causationId)),
    texts(rows.map(([, , correlationId]) => correlationId)),
    texts(rows.map(([, , , principal]) => principal)),
    texts(rows.map(([, , , , traceparent]) => traceparent)),
  ];
}

function receiptColumns(receipts: readonly PlacedReceipt[]): Buffer[] {
  return [
    texts(receipts.map(({ write }) => write.stream)),
    texts(receipts.map(({ receipt }) => receipt.commandId)),
    texts(receipts.map(({ receipt }) => receipt.fingerprint)),
    longs(receipts.map(({ receipt }) => receipt.version)),
    integers(receipts.map(({ end }) => end)),
  ];
}

/** The outcomes of a group that is written, up to `after`. */
export function outcomesOfAll(group: readonly Append[], after: number): AppendResult[] {
  return outcomesOf(group, after, () => undefined);
}

export function outcomesOfEach(group: readonly Append[], rows: readonly AnswerRow[]): AppendResult[] {
  const explained = Map.groupBy(rows, ([, append]) => append);
  const [[after]] = explained.get(null) as [AnswerRow];
  return outcomesOf(group, after as number, (append) => explained.get(append));
}

/** The token of an append is the position of its own last event, or, where it has none, of the one before. */
function outcomesOf(
  group: readonly Append[],
  after: number,
  explanation: (append: number) => readonly AnswerRow[] | undefined,
): AppendResult[] {
  const lost = group.map((_, index) => explanation(index + 1));
  let position = after - group.reduce((sum, writes, index) => sum + (lost[index] ? 0 : eventsOf(writes)), 0);
  return group.map((writes, index): AppendResult => {
    const rows = lost[index];
    if (rows) return lostBecause(rows);
    position += eventsOf(writes);
    return { ok: true, token: tokenAt(position) };
  });
}

/** A command that was executed before explains a conflict better than the version does. */
function lostBecause(rows: readonly AnswerRow[]): AppendResult {
  const receipts = rows.flatMap(([position, , stream, version, commandId, fingerprint]): CommandReceipt[] =>
    commandId === null
      ? []
      : [{ stream, commandId, fingerprint: fingerprint as string, version, token: tokenAt(position as number) }],
  );
  if (receipts.length > 0) return { ok: false, reason: "duplicate-command", receipts };
  const [[, , stream, actual]] = rows as [AnswerRow];
  return { ok: false, reason: "version-conflict", stream, actual };
}

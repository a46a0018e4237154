/** A group of appends as the columns that the append function takes, and its answer as the outcome of each. */
import type { AppendResult, CommandReceipt, EventToAppend, StreamWrite } from "foldstream/port";
import { integers, longs, texts } from "./binary-array.ts";
import { tokenAt } from "./token.ts";

export type Append = readonly StreamWrite[];

/** The explanation of a lost append (from 1), or, in the one row without an append, the position after the group. */
export type AnswerRow = readonly [
  position: number | null,
  append: number | null,
  stream: string,
  version: number,
  commandId: string | null,
  fingerprint: string | null,
];

/** The arguments of the append function. */
export function columnsOf(group: readonly Append[]): Buffer[] {
  const writes = group.flatMap((writesOf, index) => writesOf.map((write) => ({ ...write, append: index + 1 })));
  const events = writes.flatMap(({ append, stream, expected, events: own }) =>
    own.map((event, place) => ({ append, stream, version: expected + place + 1, event })),
  );
  const ends = endsOf(group);
  const receipts = writes.flatMap(({ append, stream, receipts: own }) =>
    own.map((receipt) => ({ ...receipt, append, stream, end: ends[append - 1] as number })),
  );
  return [
    integers(writes.map(({ append }) => append)),
    texts(writes.map(({ stream }) => stream)),
    longs(writes.map(({ expected }) => expected)),
    integers(writes.map(({ events: own }) => own.length)),
    integers(events.map(({ append }) => append)),
    texts(events.map(({ stream }) => stream)),
    longs(events.map(({ version }) => version)),
    ...eventColumnsOf(events.map(({ event }) => event)),
    integers(receipts.map(({ append }) => append)),
    texts(receipts.map(({ stream }) => stream)),
    texts(receipts.map(({ commandId }) => commandId)),
    texts(receipts.map(({ fingerprint }) => fingerprint)),
    longs(receipts.map(({ version }) => version)),
    integers(receipts.map(({ end }) => end)),
  ];
}

/** How many of the group's events come before the end of each append. */
function endsOf(group: readonly Append[]): number[] {
  let end = 0;
  return group.map((writes) => (end += eventsOf(writes)));
}

function eventsOf(writes: Append): number {
  return writes.reduce((sum, { events }) => sum + events.length, 0);
}

function eventColumnsOf(events: readonly EventToAppend[]): Buffer[] {
  const metadata = events.map((event) => event.metadata);
  return [
    texts(events.map(({ type }) => type)),
    longs(events.map(({ schemaVersion }) => schemaVersion)),
    texts(events.map(({ data }) => data)),
    longs(events.map(({ recordedAt }) => recordedAt)),
    texts(metadata.map(({ commandId }) => commandId)),
    texts(metadata.map(({ causationId, commandId }) => (causationId === commandId ? null : causationId))),
    texts(metadata.map(({ correlationId, commandId }) => (correlationId === commandId ? null : correlationId))),
    texts(metadata.map(({ principal }) => (principal ? JSON.stringify(principal) : null))),
    texts(metadata.map(({ traceparent }) => traceparent ?? null)),
  ];
}

/** The outcome of each append of the group. Its token is the position of its own last event, or, where it has none, of the one before. */
export function outcomesOf(group: readonly Append[], rows: readonly AnswerRow[]): AppendResult[] {
  const explained = Map.groupBy(rows, ([, append]) => append);
  const isWon = (index: number) => !explained.has(index + 1);
  const [[after]] = explained.get(null) as [AnswerRow];
  const written = group.filter((_, index) => isWon(index)).reduce((sum, writes) => sum + eventsOf(writes), 0);
  let position = (after as number) - written;
  return group.map((writes, index): AppendResult => {
    if (!isWon(index)) return lostBecause(explained.get(index + 1) as AnswerRow[]);
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

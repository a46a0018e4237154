/** A group of appends as the columns that the append function takes, and its answer as the outcome of each. */
import type { AppendResult, CommandReceipt, EventToAppend, StreamWrite } from "foldstream/port";
import { tokenAt } from "./token.ts";

export type Append = readonly StreamWrite[];

/** The explanation of a lost append, or, in the first place where nothing is explained, the position after the group. */
export type AnswerRow = readonly [
  position: number | null,
  write: number | null,
  version: number | null,
  commandId: string | null,
  fingerprint: string | null,
];

/** The arguments of the append function. */
export function columnsOf(group: readonly Append[]): unknown[] {
  const writes = group.flatMap((append, index) => append.map((write) => ({ ...write, append: index + 1 })));
  const events = writes.flatMap(({ expected, events: own }, index) =>
    own.map((event, place) => ({ event, write: index + 1, version: expected + place + 1 })),
  );
  const receipts = writes.flatMap(({ receipts: own }, index) =>
    own.map((receipt) => ({ ...receipt, write: index + 1 })),
  );
  return [
    writes.map(({ append }) => append),
    writes.map(({ stream }) => stream),
    writes.map(({ expected }) => expected),
    events.map(({ write }) => write),
    events.map(({ version }) => version),
    ...eventColumnsOf(events.map(({ event }) => event)),
    receipts.map(({ write }) => write),
    receipts.map(({ commandId }) => commandId),
    receipts.map(({ fingerprint }) => fingerprint),
    receipts.map(({ version }) => version),
  ];
}

function eventColumnsOf(events: readonly EventToAppend[]): unknown[][] {
  const metadata = events.map((event) => event.metadata);
  return [
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(({ data }) => data),
    events.map(({ recordedAt }) => recordedAt),
    metadata.map(({ commandId }) => commandId),
    metadata.map(({ causationId, commandId }) => (causationId === commandId ? null : causationId)),
    metadata.map(({ correlationId, commandId }) => (correlationId === commandId ? null : correlationId)),
    metadata.map(({ principal }) => (principal ? JSON.stringify(principal) : null)),
    metadata.map(({ traceparent }) => traceparent ?? null),
  ];
}

/** The outcome of each append of the group. */
export function outcomesOf(group: readonly Append[], rows: readonly AnswerRow[]): AppendResult[] {
  const position = rows.find(([, write]) => write === null)?.[0] ?? 0;
  const won: AppendResult = { ok: true, token: tokenAt(position) };
  if (rows.length === 1) return group.map(() => won);
  let first = 1;
  return group.map((append) => {
    const last = first + append.length;
    const lost = rows.filter(([, write]) => write !== null && write >= first && write < last);
    const result = lost.length === 0 ? won : lostBecause(lost, (write) => append[write - first]?.stream as string);
    first = last;
    return result;
  });
}

/** A command that was executed before explains a conflict better than the version does. */
function lostBecause(rows: readonly AnswerRow[], streamOf: (write: number) => string): AppendResult {
  const receipts = rows.flatMap(([position, write, version, commandId, fingerprint]): CommandReceipt[] =>
    commandId === null
      ? []
      : [
          {
            stream: streamOf(write as number),
            commandId,
            fingerprint: fingerprint as string,
            version: version as number,
            token: tokenAt(position as number),
          },
        ],
  );
  if (receipts.length > 0) return { ok: false, reason: "duplicate-command", receipts };
  const [conflict] = rows as [AnswerRow];
  return {
    ok: false,
    reason: "version-conflict",
    stream: streamOf(conflict[1] as number),
    actual: conflict[2] as number,
  };
}

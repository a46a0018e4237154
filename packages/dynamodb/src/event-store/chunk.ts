/** What one append left on one stream, as text: its events and its receipts. */
import type { EventMetadata } from "foldstream";
import type { CommandReceipt, EventToAppend, ReceiptToAppend, StoredEvent } from "foldstream/port";
import { type StreamPoint, tokenOf } from "./token.ts";

export interface Chunk {
  /** Random: tells one's own append from another's after a lost answer. */
  readonly id: string;
  /** Which append to the stream it was, from 1. */
  readonly revision: number;
  /** Version of the stream before it. */
  readonly after: number;
  readonly events: readonly EventToAppend[];
  readonly receipts: readonly ReceiptToAppend[];
  /** All streams that the append wrote, where they are several. */
  readonly together?: readonly StreamPoint[];
}

type EventTuple = readonly [
  type: string,
  schemaVersion: number,
  recordedAt: number,
  data: string,
  commandId: string,
  causationId: string | null,
  correlationId: string | null,
  principal: EventMetadata["principal"] | null,
  traceparent: string | null,
];

type ReceiptTuple = readonly [commandId: string, fingerprint: string, version: number];

interface ChunkText {
  readonly i: string;
  readonly r: number;
  readonly v: number;
  readonly e: readonly EventTuple[];
  readonly c: readonly ReceiptTuple[];
  readonly t?: readonly StreamPoint[];
}

export function chunkText({ id, revision, after, events, receipts, together }: Chunk): string {
  const commands = receipts.map(
    ({ commandId, fingerprint, version }): ReceiptTuple => [commandId, fingerprint, version],
  );
  return JSON.stringify({ i: id, r: revision, v: after, e: events.map(eventTuple), c: commands, t: together });
}

export function parseChunk(text: string): Chunk {
  const { i, r, v, e, c, t } = JSON.parse(text) as ChunkText;
  const receipts = c.map(([commandId, fingerprint, version]) => ({ commandId, fingerprint, version }));
  return { id: i, revision: r, after: v, events: e.map(eventOf), receipts, ...(t && { together: t }) };
}

/** Nulls at the end are left out. */
export function eventTuple({ type, schemaVersion, recordedAt, data, metadata }: EventToAppend): EventTuple {
  const { commandId, causationId, correlationId, principal, traceparent } = metadata;
  const tuple: unknown[] = [
    type,
    schemaVersion,
    recordedAt,
    data,
    commandId,
    causationId === commandId ? null : causationId,
    correlationId === commandId ? null : correlationId,
    principal ?? null,
    traceparent ?? null,
  ];
  while (tuple.at(-1) === null) tuple.pop();
  return tuple as unknown as EventTuple;
}

export function eventOf(tuple: EventTuple): EventToAppend {
  const [type, schemaVersion, recordedAt, data, commandId, causationId, correlationId, principal, traceparent] = tuple;
  const metadata: EventMetadata = {
    commandId,
    causationId: causationId ?? commandId,
    correlationId: correlationId ?? commandId,
    ...(principal && { principal }),
    ...(traceparent && { traceparent }),
  };
  return { type, schemaVersion, data, recordedAt, metadata };
}

export function storedEvents(stream: string, { after, events }: Chunk): StoredEvent[] {
  return events.map((event, index) => ({ ...event, stream, version: after + index + 1 }));
}

export function receiptsOf(stream: string, { after, events, receipts, together }: Chunk): CommandReceipt[] {
  const token = tokenOf(together ?? [[stream, after + events.length]]);
  return receipts.map((receipt) => ({ ...receipt, stream, token }));
}

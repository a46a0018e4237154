/** Events between the port's form and a table row. */
import type { EventMetadata } from "foldstream";
import type { EventToAppend, StoredEvent } from "foldstream/port";

/** Columns in the order in which `storedEvent` expects them. The stream is not among them: who reads one stream knows its name. */
export const eventColumns =
  "e.version, e.type, e.schema_version, e.data, e.recorded_at, e.command_id, e.causation_id, e.correlation_id, e.principal, e.traceparent";

export type EventRow = readonly [
  version: number,
  type: string,
  schemaVersion: number,
  data: string,
  recordedAt: number,
  commandId: string,
  causationId: string | null,
  correlationId: string | null,
  principal: string | null,
  traceparent: string | null,
];

type AtLeast = readonly [...EventRow, ...unknown[]];

export function storedEvent(stream: string, row: AtLeast): StoredEvent {
  const [version, type, schemaVersion, data, recordedAt] = row;
  return { stream, version, type, schemaVersion, data, recordedAt, metadata: metadataOf(row) };
}

export function metadataOf(row: AtLeast): EventMetadata {
  const [, , , , , commandId, causationId, correlationId, principal, traceparent] = row;
  const known = { commandId, causationId: causationId ?? commandId, correlationId: correlationId ?? commandId };
  return principal === null && traceparent === null ? known : withSender(known, principal, traceparent);
}

function withSender(known: EventMetadata, principal: string | null, traceparent: string | null): EventMetadata {
  return {
    ...known,
    ...(principal !== null && { principal: JSON.parse(principal) }),
    ...(traceparent !== null && { traceparent }),
  };
}

/** Parameters of the insert, after position, stream id and version. */
export function eventParameters({
  type,
  schemaVersion,
  data,
  recordedAt,
  metadata,
}: EventToAppend): (string | number | null)[] {
  const { commandId, causationId, correlationId, principal, traceparent } = metadata;
  return [
    type,
    schemaVersion,
    data,
    recordedAt,
    commandId,
    causationId === commandId ? null : causationId,
    correlationId === commandId ? null : correlationId,
    principal ? JSON.stringify(principal) : null,
    traceparent ?? null,
  ];
}

/** Events as the tables hold them. */
import type { EventMetadata } from "foldstream";
import type { StoredEvent } from "foldstream/port";

/** Columns in the order in which `storedEvent` expects them. The stream is not among them: who reads one stream knows its name. */
export const eventColumns =
  "version, type, schema_version, data, recorded_at, command_id, causation_id, correlation_id, principal, traceparent";

/** The columns of metadata, in their order. What caused and correlates an event is NULL where it is its command. */
export type MetadataRow = readonly [
  commandId: string,
  causationId: string | null,
  correlationId: string | null,
  principal: string | null,
  traceparent: string | null,
];

export type EventRow = readonly [
  version: number,
  type: string,
  schemaVersion: number,
  data: string,
  recordedAt: number,
  ...metadata: MetadataRow,
];

export function metadataRow(metadata: EventMetadata): MetadataRow {
  const { commandId, causationId, correlationId, principal, traceparent } = metadata;
  return [
    commandId,
    causationId === commandId ? null : causationId,
    correlationId === commandId ? null : correlationId,
    principal ? JSON.stringify(principal) : null,
    traceparent ?? null,
  ];
}

export function storedEvent(stream: string, row: readonly [...EventRow, ...unknown[]]): StoredEvent {
  const [
    version,
    type,
    schemaVersion,
    data,
    recordedAt,
    commandId,
    causationId,
    correlationId,
    principal,
    traceparent,
  ] = row;
  const known = { commandId, causationId: causationId ?? commandId, correlationId: correlationId ?? commandId };
  const metadata = principal === null && traceparent === null ? known : withSender(known, principal, traceparent);
  return { stream, version, type, schemaVersion, data, recordedAt, metadata };
}

function withSender(known: EventMetadata, principal: string | null, traceparent: string | null): EventMetadata {
  return {
    ...known,
    ...(principal !== null && { principal: JSON.parse(principal) }),
    ...(traceparent !== null && { traceparent }),
  };
}

/** What is digested of events and receipts, in one form whatever the engine. */
import { hash } from "node:crypto";
import type { StoredEvent } from "foldstream/port";
import type { CopiedReceipt } from "./log-source.ts";

/** Everything of an event but its position, which is the engine's own. */
export function hashOfEvent({ stream, version, type, schemaVersion, data, recordedAt, metadata }: StoredEvent): bigint {
  const { commandId, causationId, correlationId, principal, traceparent } = metadata;
  const sender = [principal === undefined ? null : inKeyOrder(principal), traceparent ?? null];
  return sha256([
    "event",
    stream,
    version,
    type,
    schemaVersion,
    data,
    recordedAt,
    commandId,
    causationId,
    correlationId,
    ...sender,
  ]);
}

/** Everything of a receipt but its token, which is the engine's own. */
export function hashOfReceipt({ stream, commandId, fingerprint, version }: CopiedReceipt): bigint {
  return sha256(["receipt", stream, commandId, fingerprint, version]);
}

function sha256(fields: readonly unknown[]): bigint {
  return BigInt(`0x${hash("sha256", JSON.stringify(fields))}`);
}

/** Engines may keep the attributes of an object in another order. */
function inKeyOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inKeyOrder);
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => [key, inKeyOrder(member)]);
}

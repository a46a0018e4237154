/** Makes logs large: appends past the command runtime, many at once. */
import { nodeEnvironment } from "@foldstream/node";
import type { EventStore, StreamWrite } from "foldstream/port";
import { timedClients } from "../timed.ts";

const writers = 64;
const perAppend = 100;
const { ids } = nodeEnvironment();

/** To one stream, which has `from` events, until it has `to`. */
export async function lengthen(store: EventStore, stream: string, from: number, to: number): Promise<void> {
  for (let version = from; version < to; version += perAppend)
    await appended(store, stream, version, Math.min(perAppend, to - version));
}

/** To as many new streams, one event each. */
export async function multiply(store: EventStore, streams: number): Promise<void> {
  await timedClients(streams, writers, () => appended(store, `counter-${ids.next()}`, 0, 1));
}

/** To new streams of a hundred events each, until there are as many events more. */
export async function enlarge(store: EventStore, events: number): Promise<void> {
  await timedClients(Math.ceil(events / perAppend), writers, () =>
    appended(store, `counter-${ids.next()}`, 0, perAppend),
  );
}

async function appended(store: EventStore, stream: string, expected: number, count: number): Promise<void> {
  const commandId = ids.next();
  const metadata = { commandId, causationId: commandId, correlationId: commandId };
  const event = { type: "counter.Incremented", schemaVersion: 1, data: '{"by":1}', recordedAt: Date.now(), metadata };
  const write: StreamWrite = {
    stream,
    expected,
    events: new Array<typeof event>(count).fill(event),
    receipts: [{ commandId, fingerprint: "0123456789abcdef", version: expected + count }],
  };
  const result = await store.append([write]);
  if (!result.ok) throw new Error(`an append was lost: ${result.reason}`);
}

/** Appends, as short as tests like them. */
import type { EventFeed, EventStore, EventToAppend, FedEvent, StreamWrite } from "foldstream/port";

export function added(by: number, commandId = "command-1", padding?: string): EventToAppend {
  return {
    type: "sum.Added",
    schemaVersion: 1,
    data: JSON.stringify({ by, padding }),
    recordedAt: 1_763_752_245_678,
    metadata: { commandId, causationId: commandId, correlationId: commandId },
  };
}

/** One command that adds to a stream at version `expected`. */
export function adding(stream: string, expected: number, commandId: string, padding?: string): StreamWrite {
  const receipt = { commandId, fingerprint: `fingerprint of ${commandId}`, version: expected + 1 };
  return { stream, expected, events: [added(1, commandId, padding)], receipts: [receipt] };
}

/** One after the other, each its own append. */
export async function appendEach(store: EventStore, stream: string, from: number, count: number): Promise<void> {
  for (let version = from; version < from + count; version++) {
    const result = await store.append([adding(stream, version, `${stream}-command-${version + 1}`)]);
    if (!result.ok) throw new Error(`The append at version ${version} was refused: ${result.reason}.`);
  }
}

/** Every event of every partition. */
export async function wholeFeed(feed: EventFeed): Promise<FedEvent[]> {
  const partitions = await feed.partitions();
  return (await Promise.all(partitions.map((partition) => wholePartition(feed, partition)))).flat();
}

async function wholePartition(feed: EventFeed, partition: string): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  for (;;) {
    const page = await feed.read(partition, events.at(-1)?.position ?? 0, 1_000);
    if (page.events.length === 0) return events;
    events.push(...page.events);
  }
}

/** `counter-1@7` for each event, sorted. */
export function placesOf(events: readonly FedEvent[]): string[] {
  return events.map(({ stream, version }) => `${stream}@${String(version).padStart(6, "0")}`).sort();
}

/** Text that does not deflate. */
export function noise(bytes: number): string {
  let state = 1;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  return Array.from({ length: bytes }, () => String.fromCharCode(33 + (next() % 90))).join("");
}

/** Appends, as short as tests like them. */
import type { EventFeed, EventToAppend, FedEvent, StreamWrite } from "foldstream/port";

export function added(by: number, commandId = "command-1"): EventToAppend {
  return {
    type: "sum.Added",
    schemaVersion: 1,
    data: JSON.stringify({ by }),
    recordedAt: 1_763_752_245_678,
    metadata: { commandId, causationId: commandId, correlationId: commandId },
  };
}

/** One command that adds `by` to a stream at version `expected`. */
export function adding(stream: string, expected: number, commandId: string, by = 1): StreamWrite {
  const receipt = { commandId, fingerprint: `fingerprint of ${commandId}`, version: expected + 1 };
  return { stream, expected, events: [added(by, commandId)], receipts: [receipt] };
}

export function byOf(event: EventToAppend): number {
  return (JSON.parse(event.data) as { by: number }).by;
}

/** The log up to a position, the whole of it by default. */
export async function wholeFeed(feed: EventFeed, upTo = Number.POSITIVE_INFINITY): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  for (let after = 0; ; ) {
    const page = await feed.read("0", after, 5_000);
    if (page.events.length === 0) return events.filter(({ position }) => position <= upTo);
    events.push(...page.events);
    after = page.next;
  }
}

/** Every event of every partition. */
export async function everything(feed: EventFeed): Promise<readonly FedEvent[]> {
  const events: FedEvent[] = [];
  for (const partition of await feed.partitions()) {
    for (let after = 0, more = true; more; ) {
      const page = await feed.read(partition, after, 1_000);
      events.push(...page.events);
      more = page.next > after;
      after = page.next;
    }
  }
  return events;
}

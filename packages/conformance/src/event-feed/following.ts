/** Ways to read a feed: all at once, page by page, or behind those who write. */
import type { EventFeed, FedEvent, FeedPoint } from "foldstream/port";
import { expect } from "vitest";
import { eventually, turn } from "../eventually.ts";

/** Far more than any case fills. */
const mostPages = 10_000;

/** Everything in one partition from the start, in pages of these sizes, over and over. */
export async function readPartition(
  feed: EventFeed,
  partition: string,
  limits: readonly number[] = [1_000],
): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  let after = 0;
  for (let read = 0; read < mostPages; read++) {
    const page = await readPage(feed, partition, after, limits[read % limits.length] as number);
    if (page.next === after) return events;
    events.push(...page.events);
    after = page.next;
  }
  throw new Error(`Partition ${partition} has no end: ${mostPages} pages, and at ${after} it still goes on.`);
}

/** Everything in all partitions. */
export async function readFeed(feed: EventFeed, limits?: readonly number[]): Promise<FedEvent[]> {
  const partitions = await feed.partitions();
  return (await Promise.all(partitions.map((partition) => readPartition(feed, partition, limits)))).flat();
}

/** Follows a partition as a projection does, until `finished` and nothing is left. */
export async function follow(feed: EventFeed, partition: string, finished: () => boolean): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  let after = 0;
  for (;;) {
    const last = finished();
    const page = await readPage(feed, partition, after, 7);
    if (last && page.next === after) return events;
    events.push(...page.events);
    after = page.next;
    await turn();
  }
}

async function readPage(feed: EventFeed, partition: string, after: number, limit: number) {
  const page = await feed.read(partition, after, limit);
  expect(page.events.length).toBeLessThanOrEqual(limit);
  expect(page.events[0]?.position ?? after + 1).toBeGreaterThan(after);
  expect(page.next).toBeGreaterThanOrEqual(page.events.at(-1)?.position ?? after);
  return page;
}

/** Waits until the feed shows what the token stands for. */
export function located(feed: EventFeed, token: string, patienceMs: number): Promise<readonly FeedPoint[]> {
  return eventually(`The feed shows ${token}`, patienceMs, () => feed.locate(token));
}

/** The events that a consumer at these points has seen. */
export async function seenAt(feed: EventFeed, points: readonly FeedPoint[]): Promise<FedEvent[]> {
  const seen = [...Map.groupBy(points, ({ partition }) => partition)].map(async ([partition, here]) => {
    const furthest = Math.max(...here.map(({ position }) => position));
    const events = await readPartition(feed, partition);
    return events.filter((event) => event.position <= furthest);
  });
  return (await Promise.all(seen)).flat();
}

/** Versions by stream, in the order in which the feed shows them. */
export function versionsByStream(events: readonly FedEvent[]): Record<string, number[]> {
  const versions: Record<string, number[]> = {};
  for (const { stream, version } of events) versions[stream] = [...(versions[stream] ?? []), version];
  return versions;
}

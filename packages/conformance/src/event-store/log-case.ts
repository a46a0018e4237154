/** What the suites of the log share: the adapters they are given, and a few steps every case takes. */
import type { EventFeed, EventStore, EventToAppend, StoredEvent, StreamWrite } from "foldstream/port";
import { expect } from "vitest";
import type { ConformanceCase } from "../conformance-case.ts";
import type { Reopenable } from "../run-case.ts";

export interface Log {
  readonly eventStore: EventStore;
  readonly eventFeed: EventFeed;
}

export type LogCase = ConformanceCase<Log & Reopenable<Log>>;

/** Appends what must succeed. Returns the token. */
export async function append(store: EventStore, ...writes: readonly StreamWrite[]): Promise<string> {
  const result = await store.append(writes);
  expect(result).toEqual({ ok: true, token: expect.any(String) });
  return (result as { token: string }).token;
}

export function readStream(store: EventStore, stream: string): Promise<readonly StoredEvent[]> {
  return store.read(stream, { after: 0, limit: 10_000 });
}

export function versionsOf(events: readonly StoredEvent[]): number[] {
  return events.map(({ version }) => version);
}

export function dataOf(events: readonly EventToAppend[]): string[] {
  return events.map(({ data }) => data);
}

/** Far more than anyone needs to win a race against twenty. */
const mostAttempts = 1_000;

/** Appends to streams that others write at the same time: after a conflict, again at the version that the store named. */
export async function appendRacing(
  store: EventStore,
  streams: readonly string[],
  events: readonly EventToAppend[],
): Promise<void> {
  const expected = new Map(streams.map((stream) => [stream, 0]));
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const writes = streams.map((stream) => ({ stream, expected: expected.get(stream) ?? 0, events, receipts: [] }));
    const result = await store.append(writes);
    if (result.ok) return;
    if (result.reason !== "version-conflict") throw new Error(`Expected a conflict, found ${result.reason}.`);
    expected.set(result.stream, result.actual);
  }
  throw new Error(
    `Lost ${mostAttempts} races for ${streams.join(", ")}: the versions that conflicts name lead nowhere.`,
  );
}

/** Skips a case about several streams on a store that writes one at a time. */
export function needStreams(store: EventStore, count: number, skip: (why: string) => never): void {
  const { streamsPerAppend } = store.capabilities;
  if (streamsPerAppend < count) skip(`the store appends to ${streamsPerAppend} stream(s) at a time`);
}

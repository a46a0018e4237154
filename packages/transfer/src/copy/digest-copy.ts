/** Reads a target once it shows everything that was written to it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "foldstream/port";
import { FeedReader } from "../log/feed-reader.ts";
import { digestReceipts, eventDigest, type LogDigest } from "../log/log-digest.ts";
import type { TransferOptions } from "../progress.ts";

const lookEveryMs = 50;

export interface Expected {
  /** How many events there must be. */
  readonly events: number;
  /** How long the feed may stand still before it has them all. */
  readonly patienceMs: number;
}

export async function digestCopy(to: Engine, expected: Expected, options: TransferOptions): Promise<LogDigest> {
  const { signal, onProgress } = options;
  const feed = new FeedReader(to.eventFeed);
  const events = eventDigest();
  let waitedMs = 0;
  while (events.count < expected.events && waitedMs < expected.patienceMs) {
    if (waitedMs > 0) await sleep(lookEveryMs, undefined, { signal });
    const before = events.count;
    for await (const page of feed.pages()) {
      signal?.throwIfAborted();
      events.add(page);
      onProgress?.({ phase: "verify", done: events.count, share: Math.min(1, events.count / expected.events) });
    }
    waitedMs = events.count > before ? lookEveryMs : waitedMs + lookEveryMs;
  }
  return { events: events.result(), receipts: await digestReceipts(to, signal) };
}

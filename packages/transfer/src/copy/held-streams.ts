/** What a target holds before it is copied to, and whether the source holds the same. */
import type { Engine } from "foldstream/port";
import { FeedReader } from "../log/feed-reader.ts";
import { hashOfEvent } from "../log/hash.ts";
import type { LogSource } from "../log/log-source.ts";
import type { TransferOptions } from "../progress.ts";
import { targetDiffers } from "./differences.ts";

interface Held {
  version: number;
  /** Sum of the hashes of the target's events, less those that the source has too: 0 when all are the same. */
  unproved: bigint;
}

/**
 * Version of each stream of the target. Nothing is written before this has compared every event there with the source's.
 * @throws TransferError `target-differs`
 */
export async function heldStreams(
  { eventFeed }: Engine,
  source: LogSource,
  options: TransferOptions,
): Promise<Map<string, number>> {
  const held = await readHeld(new FeedReader(eventFeed), options);
  if (held.size > 0) await compare(held, source, options);
  return new Map([...held].map(([stream, { version }]) => [stream, version]));
}

async function readHeld(feed: FeedReader, { signal, onProgress }: TransferOptions): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  let done = 0;
  for await (const page of feed.pages()) {
    signal?.throwIfAborted();
    for (const event of page) {
      const { unproved } = held.get(event.stream) ?? { unproved: 0n };
      held.set(event.stream, { version: event.version, unproved: unproved + hashOfEvent(event) });
    }
    done += page.length;
    onProgress?.({ phase: "compare", done, share: feed.share() / 2 });
  }
  return held;
}

/** Reads the source for as long as a stream of the target is not accounted for. */
async function compare(held: Map<string, Held>, source: LogSource, { signal, onProgress }: TransferOptions) {
  const open = new Set(held.keys());
  const reading = source.read();
  let done = 0;
  for await (const page of reading.events()) {
    signal?.throwIfAborted();
    for (const event of page) {
      const known = held.get(event.stream);
      if (!known || event.version > known.version) continue;
      known.unproved -= hashOfEvent(event);
      if (event.version === known.version) close(open, event.stream, known);
    }
    if (open.size === 0) return;
    done += page.length;
    onProgress?.({ phase: "compare", done, share: 0.5 + reading.share() / 2 });
  }
  const [stream = ""] = open;
  throw targetDiffers(
    `The target holds stream "${stream}" up to version ${held.get(stream)?.version}, which ${source.name} does not.`,
  );
}

function close(open: Set<string>, stream: string, { version, unproved }: Held): void {
  if (unproved !== 0n)
    throw targetDiffers(`The target holds other events in stream "${stream}", at or before version ${version}.`);
  open.delete(stream);
}

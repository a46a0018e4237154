/**
 * The tip of a stream: the one item that every append to it goes through. It holds the version, and the chunks of the newest appends;
 * older chunks are split off to batch items, which nothing changes any more.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item, Key } from "../database/database.ts";
import { payloadBytes } from "../database/payload.ts";

export interface Tip {
  readonly version: number;
  /** Number of appends so far, those without events included. Every append is conditional on it. */
  readonly revision: number;
  /** Chunks up to this revision are in batches. */
  readonly base: number;
  /** The others, oldest first, as they are stored. */
  readonly chunks: readonly AttributeValue[];
}

export const noTip: Tip = { version: 0, revision: 0, base: 0, chunks: [] };

/**
 * A write costs by the size of the whole item, in steps of 1 KB (docs: "DynamoDB write operations"). So a tip holds what one step
 * pays for; a larger chunk is alone in it.
 */
const tipBytes = 1_024;
/** Names and numbers beside the chunks. */
const overheadBytes = 60;

const tipSortKey = "tip";
/** Sorts before `batch` and `tip`, so that reading a stream passes over it. */
const snapshotSortKey = "a-snapshot";

export function tipKey(stream: string): Key {
  return { pk: { S: stream }, sk: { S: tipSortKey } };
}

export function snapshotKey(stream: string): Key {
  return { pk: { S: stream }, sk: { S: snapshotSortKey } };
}

/** Where in a stream the items begin that hold versions after `after`: batches by their last version, then the tip. */
export function sortKeyAfter(after: number): string {
  return batchSortKey(after + 1, 0);
}

function batchSortKey(last: number, revision: number): string {
  return `batch#${padded(last)}#${padded(revision)}`;
}

function padded(value: number): string {
  return String(value).padStart(16, "0");
}

export function isTip(item: Item): boolean {
  return item.sk?.S === tipSortKey;
}

export function tipItem(stream: string, { version, revision, base, chunks }: Tip): Item {
  return {
    ...tipKey(stream),
    version: { N: String(version) },
    revision: { N: String(revision) },
    base: { N: String(base) },
    chunks: { L: [...chunks] },
  };
}

export function parseTip(item: Item): Tip {
  return {
    version: Number(item.version?.N),
    revision: Number(item.revision?.N),
    base: Number(item.base?.N),
    chunks: item.chunks?.L ?? [],
  };
}

/** Chunks of a tip or a batch, as they are stored. */
export function chunksOf(item: Item): readonly AttributeValue[] {
  return item.chunks?.L ?? [];
}

/** The tip after an append, and the batch to be written before it, if the tip would grow too large. */
export function grown(
  stream: string,
  tip: Tip,
  chunk: AttributeValue,
  events: number,
): { readonly tip: Tip; readonly batch?: Item } {
  const next = { version: tip.version + events, revision: tip.revision + 1 };
  const bytes = [...tip.chunks, chunk].reduce((sum, one) => sum + payloadBytes(one), overheadBytes + stream.length);
  if (tip.chunks.length === 0 || bytes <= tipBytes)
    return { tip: { ...next, base: tip.base, chunks: [...tip.chunks, chunk] } };
  return { tip: { ...next, base: tip.revision, chunks: [chunk] }, batch: batchItem(stream, tip) };
}

/**
 * Named by where it ends, so that whoever splits the same tip writes the same item; whoever splits a tip that is no longer the
 * newest writes a copy of what another batch holds too, which readers pass over.
 */
function batchItem(stream: string, { version, revision, chunks }: Tip): Item {
  return {
    pk: { S: stream },
    sk: { S: batchSortKey(version, revision) },
    chunks: { L: [...chunks] },
  };
}

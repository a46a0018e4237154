/** Count and digest of a log, the same for equal logs on engines that keep them in different orders. */
import type { Engine, StoredEvent } from "foldstream/port";
import type { TransferOptions } from "../progress.ts";
import { allReceipts } from "./engine-source.ts";
import { FeedReader } from "./feed-reader.ts";
import { hashOfEvent, hashOfReceipt } from "./hash.ts";
import type { CopiedReceipt } from "./log-source.ts";

export interface Digest {
  readonly count: number;
  /** Sum of the members' SHA-256 modulo 2^256: 64 hexadecimal digits. */
  readonly digest: string;
}

export interface LogDigest {
  readonly events: Digest;
  readonly receipts: Digest;
}

/** Adds up members in any order. */
class RunningDigest<Member> {
  readonly #hash: (member: Member) => bigint;
  #count = 0;
  #sum = 0n;

  constructor(hash: (member: Member) => bigint) {
    this.#hash = hash;
  }

  get count(): number {
    return this.#count;
  }

  add(members: readonly Member[]): void {
    for (const member of members) this.#sum += this.#hash(member);
    this.#sum = BigInt.asUintN(256, this.#sum);
    this.#count += members.length;
  }

  result(): Digest {
    return { count: this.#count, digest: this.#sum.toString(16).padStart(64, "0") };
  }
}

export const eventDigest = () => new RunningDigest<StoredEvent>(hashOfEvent);
export const receiptDigest = () => new RunningDigest<CopiedReceipt>(hashOfReceipt);

/** Reads the whole log of an engine. Equal digests mean equal logs: all but positions, tokens, snapshots and read models. */
export async function digestLog(engine: Engine, { onProgress, signal }: TransferOptions = {}): Promise<LogDigest> {
  const feed = new FeedReader(engine.eventFeed);
  const events = eventDigest();
  for await (const page of feed.pages()) {
    signal?.throwIfAborted();
    events.add(page);
    onProgress?.({ phase: "verify", done: events.count, share: feed.share() });
  }
  return { events: events.result(), receipts: await digestReceipts(engine, signal) };
}

export async function digestReceipts({ eventStore }: Engine, signal?: AbortSignal): Promise<Digest> {
  const receipts = receiptDigest();
  for await (const page of allReceipts(eventStore)) {
    signal?.throwIfAborted();
    receipts.add(page);
  }
  return receipts.result();
}

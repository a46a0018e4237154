/** Copies a whole log into another engine, and proves that the copy is equal. */
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "foldstream/port";
import { TransferError } from "../errors.ts";
import { engineSource } from "../log/engine-source.ts";
import { type Digest, eventDigest, type LogDigest, receiptDigest } from "../log/log-digest.ts";
import type { CopiedReceipt, LogReading, LogSource } from "../log/log-source.ts";
import type { TransferOptions } from "../progress.ts";
import { byStream } from "./batches.ts";
import { expectEqual } from "./differences.ts";
import { digestCopy } from "./digest-copy.ts";
import { eachConcurrently } from "./each-concurrently.ts";
import { heldStreams } from "./held-streams.ts";
import { StreamWriter } from "./stream-writer.ts";

/** After so many walks that each found new events, the source is not at rest. */
const mostPasses = 10;

export interface CopyOptions extends TransferOptions {
  /** Appends on their way at the same time, each to a stream of its own. Default 512. */
  readonly concurrency?: number;
  /** How long the target's feed may stand still before it shows all that was written. Default 30,000 ms. */
  readonly patienceMs?: number;
}

export interface CopyResult {
  /** Count and digest of what source and target both hold. */
  readonly log: LogDigest;
  /** What this run wrote; the rest was there. */
  readonly written: { readonly events: number; readonly receipts: number };
}

/**
 * Copies every event with its metadata and version, and every receipt, then compares count and digest. Snapshots, read models and
 * checkpoints are not copied: they are made again. Positions and tokens are the target's own.
 *
 * A copy that was stopped, or killed, goes on where it was when it is run again: what the target holds is compared and skipped.
 * @throws TransferError `target-differs` before anything is written when the target holds something else; `source-busy` when the
 * source never came to rest; `copy-differs` when the copy is not equal after all.
 */
export function copyLog(from: Engine, to: Engine, options: CopyOptions = {}): Promise<CopyResult> {
  return copySource(engineSource(from), to, options);
}

export async function copySource(source: LogSource, to: Engine, options: CopyOptions): Promise<CopyResult> {
  const writer = new StreamWriter(to.eventStore, source, await heldStreams(to, source, options));
  const log = await new Copy(source, writer, options).run();
  const { patienceMs = 30_000 } = options;
  expectEqual(log, await digestCopy(to, { events: log.events.count, patienceMs }, options));
  return { log, written: writer.written };
}

class Copy {
  readonly #reading: LogReading;
  readonly #mayGrow: boolean;
  readonly #writer: StreamWriter;
  readonly #options: CopyOptions;
  readonly #concurrency: number;
  readonly #events = eventDigest();

  constructor(source: LogSource, writer: StreamWriter, options: CopyOptions) {
    this.#reading = source.read();
    this.#mayGrow = source.mayGrow;
    this.#writer = writer;
    this.#options = options;
    this.#concurrency = options.concurrency ?? 512;
  }

  /** Walks the source until a whole walk, events and receipts, finds nothing new: what was there when that began has been copied. */
  async run(): Promise<LogDigest> {
    await this.#copyEvents();
    let receipts = await this.#copyReceipts();
    for (let pass = 1; pass < mostPasses; pass++) {
      if (!this.#mayGrow || (await this.#isAtRest(receipts))) return { events: this.#events.result(), receipts };
      receipts = await this.#copyReceipts();
    }
    throw new TransferError(
      "source-busy",
      `The source was written to for as long as it was copied, ${mostPasses} times over. Stop what writes to it and copy again: what is there already is kept.`,
    );
  }

  /** Copies new events on its way. */
  async #isAtRest(receipts: Digest): Promise<boolean> {
    const before = this.#events.count;
    await this.#copyEvents();
    return this.#events.count === before && isDeepStrictEqual(await this.#dueReceipts(), receipts);
  }

  async #copyEvents(): Promise<void> {
    const { signal, onProgress } = this.#options;
    for await (const page of this.#reading.events()) {
      await eachConcurrently(byStream(page), { concurrency: this.#concurrency, signal }, ([stream, events]) =>
        this.#writer.writeEvents(stream, events),
      );
      this.#events.add(page);
      onProgress?.({ phase: "events", done: this.#events.count, share: this.#reading.share() });
    }
  }

  async #copyReceipts(): Promise<Digest> {
    const { signal, onProgress } = this.#options;
    return this.#dueReceipts(async (due, done) => {
      await eachConcurrently(byStream(due), { concurrency: this.#concurrency, signal }, ([stream, receipts]) =>
        this.#writer.writeReceipts(stream, receipts),
      );
      onProgress?.({ phase: "receipts", done });
    });
  }

  /** Receipts of events that came after the walk wait for the next one: a receipt must not be there before its events. */
  async #dueReceipts(take?: (due: readonly CopiedReceipt[], done: number) => Promise<void>): Promise<Digest> {
    const digest = receiptDigest();
    for await (const page of this.#reading.receipts()) {
      this.#options.signal?.throwIfAborted();
      const due = page.filter(({ stream, version }) => version <= this.#writer.versionOf(stream));
      digest.add(due);
      await take?.(due, digest.count);
    }
    return digest.result();
  }
}

/** Writes into the target what it does not hold yet. */
import type {
  AppendResult,
  CommandReceipt,
  EventStore,
  EventToAppend,
  StoredEvent,
  StreamWrite,
} from "foldstream/port";
import { hashOfEvent } from "../log/hash.ts";
import type { CopiedReceipt, LogSource } from "../log/log-source.ts";
import { batchesOf } from "./batches.ts";
import { targetDiffers } from "./differences.ts";

const receiptsPerAppend = 100;

type Conflict = Extract<AppendResult, { readonly reason: "version-conflict" }>;

/** One append, as it is before the target has answered. */
interface Pending {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly StoredEvent[];
  readonly receipts: readonly CopiedReceipt[];
}

export class StreamWriter {
  readonly #store: EventStore;
  readonly #source: LogSource;
  readonly #versions: Map<string, number>;
  readonly written = { events: 0, receipts: 0 };

  /** `versions` are those of the target's streams, and are kept up. */
  constructor(store: EventStore, source: LogSource, versions: Map<string, number>) {
    this.#store = store;
    this.#source = source;
    this.#versions = versions;
  }

  versionOf(stream: string): number {
    return this.#versions.get(stream) ?? 0;
  }

  /** Consecutive events of a stream, with the receipts of their commands where those are at hand. */
  async writeEvents(stream: string, events: readonly StoredEvent[]): Promise<void> {
    const missing = events.filter(({ version }) => version > this.versionOf(stream));
    for (const batch of batchesOf(missing)) {
      const expected = (batch[0]?.version ?? 1) - 1;
      await this.#write({ stream, expected, events: batch, receipts: await this.#receiptsOf(stream, expected, batch) });
    }
  }

  /** Receipts of a stream, of which the target may hold some. */
  async writeReceipts(stream: string, receipts: readonly CopiedReceipt[]): Promise<void> {
    const missing = this.#source.receiptsOf ? await this.#missing(stream, receipts) : receipts;
    for (let from = 0; from < missing.length; from += receiptsPerAppend) {
      const batch = missing.slice(from, from + receiptsPerAppend);
      await this.#write({ stream, expected: this.versionOf(stream), events: [], receipts: batch });
    }
  }

  /** A command whose events go on in the next batch has its receipt there. */
  async #receiptsOf(
    stream: string,
    expected: number,
    batch: readonly StoredEvent[],
  ): Promise<readonly CopiedReceipt[]> {
    const commandIds = [...new Set(batch.map(({ metadata }) => metadata.commandId))];
    const found = (await this.#source.receiptsOf?.(stream, commandIds)) ?? [];
    return found.filter(({ version }) => version > expected && version <= expected + batch.length);
  }

  async #missing(stream: string, receipts: readonly CopiedReceipt[]): Promise<readonly CopiedReceipt[]> {
    const there = await this.#store.receipts(
      stream,
      receipts.map(({ commandId }) => commandId),
    );
    return without(receipts, there);
  }

  /** The target may hold a part already which its feed did not show, or which a copy that was killed has just written. */
  async #write(first: Pending): Promise<void> {
    let pending: Pending | undefined = first;
    while (pending) {
      const result: AppendResult = await this.#store.append([writeOf(pending)]);
      if (result.ok) return this.#count(pending);
      pending =
        result.reason === "duplicate-command"
          ? { ...pending, receipts: without(pending.receipts, result.receipts) }
          : await this.#afterConflict(pending, result);
      if (pending.events.length + pending.receipts.length === 0) return;
    }
  }

  async #afterConflict(pending: Pending, { actual }: Conflict): Promise<Pending> {
    const { stream, expected, events } = pending;
    if (actual < expected)
      throw targetDiffers(`Stream "${stream}" of the target is at version ${actual}, expected ${expected}.`);
    const there = await this.#store.read(stream, { after: expected, limit: Math.max(1, events.length) });
    const same = events.slice(0, there.length);
    if (same.some((event, index) => hashOfEvent(event) !== hashOfEvent(there[index] as StoredEvent)))
      throw targetDiffers(`The target holds other events in stream "${stream}" after version ${expected}.`);
    const rest = events.slice(same.length);
    this.#versions.set(stream, actual);
    return { ...pending, expected: rest.length > 0 ? expected + same.length : actual, events: rest };
  }

  #count({ stream, expected, events, receipts }: Pending): void {
    this.#versions.set(stream, expected + events.length);
    this.written.events += events.length;
    this.written.receipts += receipts.length;
  }
}

/** The receipts that the target does not hold. @throws TransferError `target-differs` when it holds one that says something else. */
function without(receipts: readonly CopiedReceipt[], there: readonly CommandReceipt[]): readonly CopiedReceipt[] {
  const held = new Map(there.map((receipt) => [receipt.commandId, receipt]));
  return receipts.filter((receipt) => {
    const found = held.get(receipt.commandId);
    if (found && (found.fingerprint !== receipt.fingerprint || found.version !== receipt.version))
      throw targetDiffers(
        `The target has another receipt of command "${receipt.commandId}" on stream "${receipt.stream}".`,
      );
    return !found;
  });
}

function writeOf({ stream, expected, events, receipts }: Pending): StreamWrite {
  return {
    stream,
    expected,
    events: events.map(
      ({ type, schemaVersion, data, recordedAt, metadata }): EventToAppend => ({
        type,
        schemaVersion,
        data,
        recordedAt,
        metadata,
      }),
    ),
    receipts: receipts.map(({ commandId, fingerprint, version }) => ({ commandId, fingerprint, version })),
  };
}

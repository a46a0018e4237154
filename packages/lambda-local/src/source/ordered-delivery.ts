/**
 * Delivers the records of a shard in order: from the first that failed on, again and again, in halves where that is wanted, until they
 * are done or given up (docs: "Configuring batch and window settings, error handling" of Kinesis and DynamoDB Streams).
 */
import type { Invoked } from "../copy/invoked.ts";
import { failedIds } from "./batch-answer.ts";
import { isStopped, pause } from "./pause.ts";

export interface ShardRecord {
  readonly sequenceNumber: string;
  readonly arrivedAt: Date;
  /** As the function gets it. */
  readonly record: object;
}

export interface DeliveryOptions {
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Whether a batch that fails as a whole is cut in two. Default false. */
  readonly bisect?: boolean;
  /** Deliveries of a batch after the first that fails. Default: any number. */
  readonly maximumRetryAttempts?: number;
  /** How old records may get before they are given up. Default: any age. */
  readonly maximumRecordAgeMs?: number;
  /** Wait before a batch is delivered again. Default 100. */
  readonly retryAfterMs?: number;
  /** Takes what is given up. */
  readonly onDiscarded?: (batch: DiscardedBatch) => Promise<void>;
  /** Whether a batch that was taken is delivered once more, as happens on AWS. */
  readonly again?: () => boolean;
}

export interface DiscardedBatch {
  readonly records: readonly ShardRecord[];
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly attempts: number;
  /** What the function answered last. */
  readonly invoked?: Invoked;
}

/** One batch as it is open now. */
interface Open {
  readonly records: readonly ShardRecord[];
  /** Deliveries that failed. A cut does not count, nor does what reached no function. */
  readonly failures: number;
}

export class OrderedDelivery {
  readonly #options: DeliveryOptions;
  readonly #stop: AbortController;
  /** Batches that were delivered, repetitions included. */
  delivered = 0;

  constructor(options: DeliveryOptions, stop: AbortController) {
    this.#options = options;
    this.#stop = stop;
  }

  /** Resolves when every record is done or given up, or when it is stopped. */
  async deliver(records: readonly ShardRecord[]): Promise<void> {
    const open: Open[] = [{ records, failures: 0 }];
    while (!isStopped(this.#stop)) {
      const next = open.shift();
      if (!next) return;
      open.unshift(...(await this.#attempt(next)));
    }
  }

  /** What is open of it afterwards. */
  async #attempt(batch: Open): Promise<readonly Open[]> {
    const { invoke, maximumRecordAgeMs = Number.POSITIVE_INFINITY, again } = this.#options;
    const { records, failures } = batch;
    const [oldest] = records;
    if (Date.now() - Number(oldest?.arrivedAt) > maximumRecordAgeMs)
      return this.#discard({ records, condition: "RecordAgeExceeded", attempts: failures });
    this.delivered++;
    const invoked = await invoke({ Records: records.map(({ record }) => record) });
    const failed = failedIds(invoked);
    const first = failed ? records.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber)) : 0;
    if (first < 0) return again?.() ? [batch] : [];
    await pause(this.#options.retryAfterMs ?? 100, this.#stop);
    if (invoked.kind === "throttled") return [batch];
    return first > 0 ? [{ records: records.slice(first), failures: 0 }] : this.#afterFailure(batch, invoked);
  }

  async #afterFailure({ records, failures }: Open, invoked: Invoked): Promise<readonly Open[]> {
    const { bisect = false, maximumRetryAttempts = Number.POSITIVE_INFINITY } = this.#options;
    if (bisect && records.length > 1) return halvesOf(records).map((half) => ({ records: half, failures }));
    const attempts = failures + 1;
    if (attempts <= maximumRetryAttempts) return [{ records, failures: attempts }];
    return this.#discard({ records, condition: "RetryAttemptsExhausted", attempts, invoked });
  }

  async #discard(batch: DiscardedBatch): Promise<readonly Open[]> {
    await this.#options.onDiscarded?.(batch);
    return [];
  }
}

function halvesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** An event source mapping of a stream with shards: reads each of them from its beginning, and delivers what it finds in order. */
import { type DeliveryOptions, OrderedDelivery, type ShardRecord } from "./ordered-delivery.ts";
import { isStopped, pause } from "./pause.ts";

export interface Shard {
  readonly id: string;
  /** Those that it came of, which are read before it. */
  readonly parents: readonly string[];
}

/** A stream, such as a table's. */
export interface ShardedStream {
  shards(): Promise<readonly Shard[]>;
  /** Where a reader goes on: behind a record, or at the beginning. Nothing when the shard is gone. */
  iterator(shard: string, after: string | undefined): Promise<string | undefined>;
  /** Up to `limit` records, and the next iterator, unless the shard ends. */
  read(
    iterator: string,
    limit: number,
    shard: string,
  ): Promise<{ readonly records: readonly ShardRecord[]; readonly next: string | undefined }>;
}

export interface ShardMappingOptions extends DeliveryOptions {
  readonly stream: ShardedStream;
  /** Default 100, as Lambda's. */
  readonly batchSize?: number;
}

const pollMs = 100;
const lookForShardsMs = 1_000;

export class ShardMapping {
  readonly #options: ShardMappingOptions;
  readonly #stop = new AbortController();
  readonly #delivery: OrderedDelivery;
  readonly #shards = new Map<string, Promise<void>>();
  #running: Promise<void> | undefined;

  constructor(options: ShardMappingOptions) {
    this.#options = options;
    this.#delivery = new OrderedDelivery(options, this.#stop);
  }

  /** Batches that were delivered, repetitions included. */
  get delivered(): number {
    return this.#delivery.delivered;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#shards.values());
  }

  async #run(): Promise<void> {
    while (!isStopped(this.#stop)) {
      const shards = await this.#options.stream.shards().catch(() => []);
      for (const shard of shards) if (!this.#shards.has(shard.id)) this.#shards.set(shard.id, this.#follow(shard));
      await pause(lookForShardsMs, this.#stop);
    }
  }

  /** Where reading fails, it goes on behind the last record that was delivered. */
  async #follow({ id: shard, parents }: Shard): Promise<void> {
    await Promise.all(parents.map((parent) => this.#shards.get(parent)));
    let last: string | undefined;
    for (let iterator: string | undefined; !isStopped(this.#stop); ) {
      try {
        iterator ??= await this.#options.stream.iterator(shard, last);
        if (iterator === undefined) return;
        const found = await this.#options.stream.read(iterator, this.#options.batchSize ?? 100, shard);
        await this.#take(found.records);
        last = found.records.at(-1)?.sequenceNumber ?? last;
        iterator = found.next;
        if (iterator === undefined) return;
      } catch {
        iterator = undefined;
        await pause(pollMs, this.#stop);
      }
    }
  }

  async #take(records: readonly ShardRecord[]): Promise<void> {
    if (records.length > 0) await this.#delivery.deliver(records);
    else await pause(pollMs, this.#stop);
  }
}

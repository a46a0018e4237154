/** An event source mapping: reads a table's stream and invokes a function with its records, again and again until they are done. */

import { setTimeout as sleep } from "node:timers/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { Invoked } from "./runtime-api.ts";

export interface StreamMappingOptions {
  readonly client: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Whether a batch that is done is delivered once more. */
  readonly again: () => boolean;
}

const batchSize = 100;
const pollMs = 100;

export class StreamMapping {
  readonly #options: StreamMappingOptions;
  readonly #stop = new AbortController();
  readonly #shards = new Map<string, Promise<void>>();
  #running: Promise<void> | undefined;
  /** Batches that were delivered, repetitions included. */
  delivered = 0;

  constructor(options: StreamMappingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#shards.values());
  }

  async #run(): Promise<void> {
    const { client, streamArn } = this.#options;
    while (!this.#stop.signal.aborted) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
      for (const { ShardId = "" } of StreamDescription?.Shards ?? [])
        if (!this.#shards.has(ShardId)) this.#shards.set(ShardId, this.#follow(ShardId));
      await this.#pause(1_000);
    }
  }

  async #follow(shard: string): Promise<void> {
    const { client, streamArn } = this.#options;
    const place = { StreamArn: streamArn, ShardId: shard, ShardIteratorType: "TRIM_HORIZON" } as const;
    let iterator = (await client.send(new GetShardIteratorCommand(place))).ShardIterator;
    while (iterator && !this.#stop.signal.aborted) {
      const request = new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize });
      const { Records = [], NextShardIterator } = await client.send(request);
      if (Records.length > 0) await this.#deliver(Records.map((record) => lambdaRecord(record, streamArn)));
      else await this.#pause(pollMs);
      iterator = NextShardIterator;
    }
  }

  /** From the first record that failed on, until none does. */
  async #deliver(records: readonly LambdaRecord[]): Promise<void> {
    for (let open = records; open.length > 0 && !this.#stop.signal.aborted; ) {
      this.delivered++;
      const invoked = await this.#options.invoke({ Records: open });
      if (invoked.kind !== "answered") await this.#pause(pollMs);
      else open = this.#options.again() ? open : openAfter(open, invoked.payload);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

interface LambdaRecord {
  readonly dynamodb: { readonly SequenceNumber: string };
}

function openAfter(records: readonly LambdaRecord[], answer: unknown): readonly LambdaRecord[] {
  const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const first = records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  return first < 0 ? [] : records.slice(first);
}

/** As Lambda hands it over: binary as base64. */
function lambdaRecord({ dynamodb, ...record }: StreamRecord, streamArn: string): LambdaRecord {
  const told = { ...record, eventSource: "aws:dynamodb", eventSourceARN: streamArn, dynamodb: { ...dynamodb } };
  return JSON.parse(JSON.stringify(told, binaryAsText)) as LambdaRecord;
}

function binaryAsText(this: Record<string, AttributeValue | Uint8Array>, name: string, value: unknown): unknown {
  const original = this[name];
  return original instanceof Uint8Array ? Buffer.from(original).toString("base64") : value;
}

/**
 * A table stream whose shard splits, for engines whose shards never do: the records of the engine's one shard are told as those of a
 * parent, and from the split on as those of two children, by key.
 */
import type { AskEngine, FaultProxy } from "@foldstream/dynamodb-local";

interface StreamRecord {
  readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } }; readonly SequenceNumber: string };
}

type ShardName = "parent" | "left" | "right";
const perPage = 2;

export class SplitStream {
  /** Shards in the order in which their records were handed out. */
  readonly served: ShardName[] = [];
  #recordsOfParent = Number.POSITIVE_INFINITY;
  #readOfParent = 0;

  constructor(proxy: FaultProxy) {
    const always = { fault: "answer", times: Number.POSITIVE_INFINITY } as const;
    let real: unknown;
    proxy.inject({
      ...always,
      operation: "DescribeStream",
      answer: async (input, ask) => {
        const { StreamDescription: stream } = (await ask("DescribeStream", input)) as {
          StreamDescription: { Shards: { ShardId: string }[] };
        };
        real = { StreamArn: input.StreamArn, ShardId: stream.Shards[0]?.ShardId, ShardIteratorType: "TRIM_HORIZON" };
        return { StreamDescription: { ...stream, Shards: this.#shards() } };
      },
    });
    proxy.inject({
      ...always,
      operation: "GetShardIterator",
      answer: async ({ ShardId, SequenceNumber }, ask) => {
        const records = await this.#records(ShardId as ShardName, real, ask);
        const at = records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === SequenceNumber) + 1;
        return { ShardIterator: `${ShardId}/${at}` };
      },
    });
    proxy.inject({
      ...always,
      operation: "GetRecords",
      answer: async ({ ShardIterator }, ask) => {
        const [shard, at] = String(ShardIterator).split("/") as [ShardName, string];
        return this.#page(shard, Number(at), await this.#records(shard, real, ask));
      },
    });
  }

  /** Closes the parent behind so many of its records; behind those that have been read, unless told otherwise. */
  split(recordsOfParent = this.#readOfParent): void {
    this.#recordsOfParent = recordsOfParent;
  }

  /** Children come first: the order of an answer says nothing. */
  #shards() {
    const parent = { ShardId: "parent" };
    const child = (ShardId: ShardName) => ({ ShardId, ParentShardId: "parent" });
    return this.#recordsOfParent === Number.POSITIVE_INFINITY ? [parent] : [child("left"), child("right"), parent];
  }

  #page(shard: ShardName, at: number, records: readonly StreamRecord[]) {
    const page = records.slice(at, at + perPage);
    if (page.length > 0) this.served.push(shard);
    if (shard === "parent") this.#readOfParent = Math.max(this.#readOfParent, at + page.length);
    const ended = shard === "parent" && at + page.length >= this.#recordsOfParent;
    return { Records: page, ...(!ended && { NextShardIterator: `${shard}/${at + page.length}` }) };
  }

  async #records(shard: ShardName, real: unknown, ask: AskEngine): Promise<StreamRecord[]> {
    const { ShardIterator } = await ask("GetShardIterator", real);
    const { Records } = (await ask("GetRecords", { ShardIterator })) as { Records: StreamRecord[] };
    if (shard === "parent") return Records.slice(0, this.#recordsOfParent);
    const after = Records.slice(this.#recordsOfParent);
    return after.filter(({ dynamodb }) => dynamodb.Keys.pk.S.endsWith("1") === (shard === "left"));
  }
}

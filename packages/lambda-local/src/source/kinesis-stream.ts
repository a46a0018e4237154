/** A Kinesis stream, with its records as Lambda hands them over. */
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type _Record as KinesisRecord,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import type { ShardRecord } from "./ordered-delivery.ts";
import type { ShardedStream } from "./shard-mapping.ts";

export interface KinesisStreamOptions {
  readonly client: KinesisClient;
  readonly name: string;
  readonly arn: string;
}

export function kinesisStream({ client, name, arn }: KinesisStreamOptions): ShardedStream {
  return {
    async shards() {
      const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: name }));
      return Shards.map(({ ShardId = "", ParentShardId, AdjacentParentShardId }) => ({
        id: ShardId,
        parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
      }));
    },
    async iterator(shard, after) {
      const place =
        after === undefined
          ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
          : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after } as const);
      const request = new GetShardIteratorCommand({ StreamName: name, ShardId: shard, ...place });
      return (await client.send(request)).ShardIterator;
    },
    async read(iterator, limit, shard) {
      const request = new GetRecordsCommand({ ShardIterator: iterator, Limit: limit });
      const { Records = [], NextShardIterator } = await client.send(request);
      return { records: Records.map((record) => recordOf(record, shard, arn)), next: NextShardIterator };
    },
  };
}

function recordOf(found: KinesisRecord, shard: string, arn: string): ShardRecord {
  const { SequenceNumber = "", PartitionKey, Data, ApproximateArrivalTimestamp: arrivedAt = new Date() } = found;
  return {
    sequenceNumber: SequenceNumber,
    arrivedAt,
    record: {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: PartitionKey,
        sequenceNumber: SequenceNumber,
        data: Buffer.from(Data ?? []).toString("base64"),
        approximateArrivalTimestamp: arrivedAt.getTime() / 1_000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shard}:${SequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::000000000000:role/local",
      awsRegion: "eu-central-1",
      eventSourceARN: arn,
    },
  };
}

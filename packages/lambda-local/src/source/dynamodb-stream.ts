/** The stream of a table, with its records as Lambda hands them over. */
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { ShardRecord } from "./ordered-delivery.ts";
import type { ShardedStream } from "./shard-mapping.ts";

export function dynamoDbStream(client: DynamoDBStreamsClient, streamArn: string): ShardedStream {
  return {
    async shards() {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
      const shards = StreamDescription?.Shards ?? [];
      return shards.map(({ ShardId = "", ParentShardId }) => ({
        id: ShardId,
        parents: ParentShardId === undefined ? [] : [ParentShardId],
      }));
    },
    async iterator(shard, after) {
      const place =
        after === undefined
          ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
          : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const);
      const request = new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shard, ...place });
      return (await client.send(request)).ShardIterator;
    },
    async read(iterator, limit) {
      const request = new GetRecordsCommand({ ShardIterator: iterator, Limit: limit });
      const { Records = [], NextShardIterator } = await client.send(request);
      return { records: Records.map((record) => recordOf(record, streamArn)), next: NextShardIterator };
    },
  };
}

function recordOf(found: StreamRecord, streamArn: string): ShardRecord {
  const { dynamodb, ...record } = found;
  const told = { ...record, eventSource: "aws:dynamodb", eventSourceARN: streamArn, dynamodb: { ...dynamodb } };
  return {
    sequenceNumber: dynamodb?.SequenceNumber ?? "",
    arrivedAt: dynamodb?.ApproximateCreationDateTime ?? new Date(),
    record: JSON.parse(JSON.stringify(told, asLambdaWrites)) as object,
  };
}

/** Binary as base64, times as seconds. */
function asLambdaWrites(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const original = this[name];
  if (original instanceof Date) return original.getTime() / 1_000;
  return original instanceof Uint8Array ? Buffer.from(original).toString("base64") : value;
}

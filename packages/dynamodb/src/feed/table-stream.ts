/** The stream of changes of the log's table, shard by shard (docs: "Change data capture for DynamoDB Streams"). */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import type { Item } from "../database/database.ts";
import { isTip, parseTip, type Tip } from "../event-store/tip.ts";

export interface Shard {
  readonly id: string;
  /** Comes before it, as long as DynamoDB still has it. */
  readonly parent: string | undefined;
}

export interface ShardPage {
  /** The newest tip of every stream that changed. */
  readonly tips: ReadonlyMap<string, Tip>;
  /** Sequence number of the last record, if there was one. */
  readonly last: string | undefined;
  /** Where to read on; nothing at the end of a closed shard. */
  readonly next: string | undefined;
}

export class TableStream {
  readonly #client: DynamoDBStreamsClient;
  readonly #arn: string;

  constructor(client: DynamoDBStreamsClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let from: string | undefined;
    do {
      const { StreamDescription: page } = await this.#client.send(
        new DescribeStreamCommand({ StreamArn: this.#arn, ExclusiveStartShardId: from }),
      );
      for (const { ShardId, ParentShardId } of page?.Shards ?? []) {
        if (ShardId) shards.push({ id: ShardId, parent: ParentShardId });
      }
      from = page?.LastEvaluatedShardId;
    } while (from);
    return shards;
  }

  /** Where to read a shard from: behind a record, or from the oldest one that is left. */
  async iterator(shard: string, after: string | undefined): Promise<string | undefined> {
    const place =
      after === undefined
        ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
        : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const);
    const request = new GetShardIteratorCommand({ StreamArn: this.#arn, ShardId: shard, ...place });
    return (await this.#client.send(request)).ShardIterator;
  }

  async read(iterator: string): Promise<ShardPage> {
    const { Records = [], NextShardIterator } = await this.#client.send(
      new GetRecordsCommand({ ShardIterator: iterator }),
    );
    return { tips: tipsOf(Records), last: Records.at(-1)?.dynamodb?.SequenceNumber, next: NextShardIterator };
  }
}

/** What a consumer of the table's stream must hand to the recorder. Records of other items say nothing that the tips do not. */
function tipsOf(records: readonly StreamRecord[]): Map<string, Tip> {
  const tips = new Map<string, Tip>();
  for (const { dynamodb } of records) {
    const item = dynamodb?.NewImage as Record<string, AttributeValue> | undefined;
    if (!item || !isTip(item as Item)) continue;
    const tip = parseTip(item as Item);
    const known = tips.get(item.pk?.S ?? "");
    if (!known || known.revision < tip.revision) tips.set(item.pk?.S ?? "", tip);
  }
  return tips;
}

/** The iterator is older than 15 minutes: a new one at the same place will do. */
export function isExpired(error: unknown): boolean {
  return error instanceof ExpiredIteratorException;
}

/** What was to be read is older than 24 hours and gone. */
export function isTrimmed(error: unknown): boolean {
  return error instanceof TrimmedDataAccessException;
}

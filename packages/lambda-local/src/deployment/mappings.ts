/** Event source mappings of a template. */
import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { Invoked } from "../copy/invoked.ts";
import { LocalDeploymentError } from "../errors.ts";
import { discardedRecord } from "../source/discarded-record.ts";
import { dynamoDbStream } from "../source/dynamodb-stream.ts";
import type { DiscardedBatch } from "../source/ordered-delivery.ts";
import { QueueMapping } from "../source/queue-mapping.ts";
import { ShardMapping } from "../source/shard-mapping.ts";
import type { LocalQueues } from "./queues.ts";

export interface Mapping {
  readonly delivered: number;
  start(): void;
  stop(): Promise<void>;
}

interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

interface MappingParts {
  readonly invoke: (event: unknown) => Promise<Invoked>;
  readonly again?: () => boolean;
  readonly queues: LocalQueues;
  readonly streams: DynamoDBStreamsClient;
}

/** @throws LocalDeploymentError `unsupported-template` for a source that is neither a queue nor a table's stream. */
export function deployMapping(settings: MappingProperties, parts: MappingParts): Mapping {
  const { EventSourceArn } = settings;
  const service = EventSourceArn.split(":")[2];
  if (service === "sqs") return queueMapping(settings, parts);
  if (service === "dynamodb") return streamMapping(settings, parts);
  throw new LocalDeploymentError(
    "unsupported-template",
    `Expected a mapping of a queue or of a table's stream, found one of ${EventSourceArn}.`,
  );
}

function queueMapping({ EventSourceArn: arn, BatchSize, ScalingConfig }: MappingProperties, parts: MappingParts) {
  const { invoke, queues, again } = parts;
  return new QueueMapping({
    ...{ arn, invoke, client: queues.client, url: queues.urlOf(arn) },
    ...(BatchSize !== undefined && { batchSize: BatchSize }),
    ...(ScalingConfig?.MaximumConcurrency !== undefined && { concurrency: ScalingConfig.MaximumConcurrency }),
    ...(again && { again }),
  });
}

function streamMapping(settings: MappingProperties, { invoke, queues, streams, again }: MappingParts) {
  const { EventSourceArn: streamArn, BatchSize, MaximumRetryAttempts, MaximumRecordAgeInSeconds: age } = settings;
  const destination = settings.DestinationConfig?.OnFailure?.Destination;
  const told = (batch: DiscardedBatch) => discardedRecord({ kind: "DDBStreamBatchInfo", streamArn }, batch);
  return new ShardMapping({
    invoke,
    stream: dynamoDbStream(streams, streamArn),
    bisect: settings.BisectBatchOnFunctionError ?? false,
    ...(BatchSize !== undefined && { batchSize: BatchSize }),
    ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(age !== undefined && { maximumRecordAgeMs: age * 1_000 }),
    ...(destination !== undefined && { onDiscarded: (batch) => queues.send(destination, told(batch)) }),
    ...(again && { again }),
  });
}

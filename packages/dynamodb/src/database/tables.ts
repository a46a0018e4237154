/** The tables, defined once: for tests, for the command line and for whoever deploys them. */
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

export const defaultPrefix = "foldstream-";

export interface TableNames {
  /** Streams: a tip item each, and the batches split off from it. Its table stream feeds the recorder. */
  readonly log: string;
  /** The recorded feed: items by partition and position, and how far each stream is recorded. */
  readonly feed: string;
  /** Documents of read models, their checkpoints and leases. */
  readonly readModels: string;
}

export interface TableDefinition {
  readonly create: CreateTableCommandInput & { readonly TableName: string };
  /** Attribute with the second since 1970 from which DynamoDB may delete an item. */
  readonly timeToLive?: string;
}

export function tableNames(prefix: string): TableNames {
  return { log: `${prefix}log`, feed: `${prefix}feed`, readModels: `${prefix}read-models` };
}

/**
 * Keys, stream and time to live of every table, on demand capacity. Each should be restorable to any second of the last 35 days: read
 * models can be built again from the log, but what policies have done is beside them, and would be done once more.
 */
export function tableDefinitions(prefix: string): readonly TableDefinition[] {
  const names = tableNames(prefix);
  return [
    logDefinition(prefix),
    { create: keyedBy(names.feed, "N") },
    { create: keyedBy(names.readModels, "S"), timeToLive: "expires" },
  ];
}

export function logDefinition(prefix: string): TableDefinition {
  const create = {
    ...keyedBy(tableNames(prefix).log, "S"),
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  } as const;
  return { create };
}

function keyedBy(table: string, sortKey: "S" | "N") {
  return {
    TableName: table,
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: sortKey },
    ],
    BillingMode: "PAY_PER_REQUEST",
  } satisfies CreateTableCommandInput;
}

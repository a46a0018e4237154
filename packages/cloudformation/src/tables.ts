/** The tables, by the definitions that the engine itself checks when it opens. */
import { type TableDefinition, tableDefinitions, tableNames } from "@foldstream/dynamodb";
import type { Resource, Resources } from "./template.ts";

/** Logical ids, in the order of the engine's definitions. */
const ids = ["LogTable", "FeedTable", "ReadModelsTable"] as const;

export type TableId = (typeof ids)[number];

export function tablePrefix(name: string): string {
  return `${name}-`;
}

export function tableNamesOf(name: string): Readonly<Record<TableId, string>> {
  const { log, feed, readModels } = tableNames(tablePrefix(name));
  return { LogTable: log, FeedTable: feed, ReadModelsTable: readModels };
}

export function tables(name: string): Resources {
  const definitions = tableDefinitions(tablePrefix(name));
  return Object.fromEntries(definitions.map((definition, index) => [ids[index] as TableId, tableOf(definition)]));
}

function tableOf({ create, timeToLive }: TableDefinition): Resource {
  const { StreamSpecification: stream, ...rest } = create;
  return {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      ...rest,
      ...(stream && { StreamSpecification: { StreamViewType: stream.StreamViewType } }),
      ...(timeToLive !== undefined && {
        TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
      }),
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
    },
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
  };
}

/** Tables of a template, on whatever speaks DynamoDB. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Resource, TemplateValues } from "./template-values.ts";

export async function deployTable(
  client: DynamoDBClient,
  values: TemplateValues,
  [id, { Properties }]: readonly [string, Resource],
): Promise<void> {
  const request = tableRequest(values.resolve(Properties));
  await client.send(new CreateTableCommand(request)).catch(unlessThere);
  const ready = await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: request.TableName });
  const { TableArn, LatestStreamArn } = ready.reason.Table;
  values.deployed(id, { Ref: String(request.TableName), Arn: TableArn, StreamArn: LatestStreamArn });
}

/** A table's own settings. Recovery, encryption and protection have no meaning on this machine. */
function tableRequest(properties: CreateTableCommandInput): CreateTableCommandInput {
  const { TableName, KeySchema, AttributeDefinitions, BillingMode, StreamSpecification: stream } = properties;
  return {
    ...{ TableName, KeySchema, AttributeDefinitions, BillingMode },
    ...(stream && { StreamSpecification: { ...stream, StreamEnabled: true } }),
  };
}

/** From an earlier run, on a server that has been there longer. */
function unlessThere(error: unknown): void {
  if (!(error instanceof ResourceInUseException)) throw error;
}

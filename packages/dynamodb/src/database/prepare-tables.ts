/** Creates the tables, or checks that they are there and of the right shape. */
import type { AttributeValue, DynamoDBClient, TableDescription } from "@aws-sdk/client-dynamodb";
import { DynamoDbTableError, isDynamoDbTableError } from "../errors.ts";
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "./sdk.ts";
import type { TableDefinition } from "./tables.ts";

const longestWaitSeconds = 120;

/** Safe to call from several processes at once; tables that exist are checked and otherwise left alone. */
export async function createTables(client: DynamoDBClient, definitions: readonly TableDefinition[]): Promise<void> {
  await Promise.all(definitions.map((definition) => createTable(client, definition)));
}

/**
 * One read of them all, of keys that no item has: where a table is missing or has other keys, it fails. Whether there is a stream is for
 * whoever follows it to see. Describing the tables would say all of it, but every function does this from cold, and
 * those are requests to the control plane, of which an account has 2,500 a second (docs: "Best practices for managing the control plane").
 * @throws DynamoDbTableError when a table is missing or of another shape.
 */
export async function checkTables(client: DynamoDBClient, definitions: readonly TableDefinition[]): Promise<void> {
  const RequestItems = Object.fromEntries(
    definitions.map(({ create }) => [create.TableName, { Keys: [keyOfNothing(create.AttributeDefinitions)] }]),
  );
  try {
    await client.send(new BatchGetItemCommand({ RequestItems }));
  } catch (error) {
    throw isOfTables(error) ? await explained(client, definitions, error) : error;
  }
}

/** What is wrong with which table, or the error itself where whoever asks may not describe them. */
async function explained(client: DynamoDBClient, definitions: readonly TableDefinition[], error: unknown) {
  const described = await Promise.allSettled(definitions.map((definition) => describeTable(client, definition)));
  const problems = described.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  return problems.find(isDynamoDbTableError) ?? error;
}

/** @throws DynamoDbTableError when it is missing or of another shape. */
export async function describeTable(client: DynamoDBClient, definition: TableDefinition): Promise<TableDescription> {
  const found = await describe(client, definition.create.TableName);
  if (!found) throw missing(definition.create.TableName);
  checkShape(definition, found);
  return found;
}

function keyOfNothing(attributes: TableDescription["AttributeDefinitions"] = []): Record<string, AttributeValue> {
  return Object.fromEntries(
    attributes.map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType === "N" ? { N: "-1" } : { S: "nothing" },
    ]),
  );
}

function isOfTables(error: unknown): boolean {
  return error instanceof ResourceNotFoundException || (error as Error).name === "ValidationException";
}

async function createTable(client: DynamoDBClient, definition: TableDefinition): Promise<void> {
  const { TableName } = definition.create;
  const found = await describe(client, TableName);
  if (found) {
    checkShape(definition, found);
    await waitUntilTableExists({ client, maxWaitTime: longestWaitSeconds }, { TableName });
    return;
  }
  try {
    await client.send(new CreateTableCommand(definition.create));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: longestWaitSeconds, minDelay: 0.1, maxDelay: 2 }, { TableName });
  await configure(client, definition);
}

async function configure(
  client: DynamoDBClient,
  { create: { TableName }, timeToLive }: TableDefinition,
): Promise<void> {
  if (timeToLive) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: timeToLive };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
}

async function describe(client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function checkShape({ create }: TableDefinition, found: TableDescription): void {
  const wanted = shape(create.KeySchema, create.AttributeDefinitions, create.StreamSpecification?.StreamViewType);
  const actual = shape(found.KeySchema, found.AttributeDefinitions, found.StreamSpecification?.StreamViewType);
  if (wanted === actual) return;
  throw new DynamoDbTableError(
    "other-shape",
    `The table ${create.TableName} is of another shape. Expected: ${wanted}. Found: ${actual}. It was left as it is; choose another \`tablePrefix\`.`,
  );
}

function shape(
  keys: TableDescription["KeySchema"] = [],
  attributes: TableDescription["AttributeDefinitions"] = [],
  view: string | undefined = undefined,
): string {
  const typeOf = new Map(attributes.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  const key = keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName} ${typeOf.get(AttributeName)}`);
  return `${key.join(", ")}${view ? `, stream of ${view}` : ""}`;
}

function missing(table: string): DynamoDbTableError {
  return new DynamoDbTableError(
    "missing",
    `The table ${table} does not exist. Set \`createTables: true\`, deploy what tableDefinitions() describes, or check \`tablePrefix\` and \`client.region\`.`,
  );
}

/** Notes what a read model's columns and indexes are, refuses other columns under the same version, and builds new indexes. */
import type { ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from "../database/sdk.ts";
import { DynamoDbTableError } from "../errors.ts";
import type { IndexBuilder } from "../read-model-index/index-builder.ts";
import { type Definition, declaredDefinition, definitionItem, parseDefinition } from "./definition.ts";
import { checkpointKey, home } from "./keys.ts";

export async function prepareModel(database: Database, builder: IndexBuilder, model: ReadModel): Promise<void> {
  const found = await noteDefinition(database, model);
  if (!found) return;
  const declared = declaredDefinition(model);
  if (found.columns !== declared.columns) throw otherColumns(model, declared.columns, found.columns);
  await changeIndexes(database, builder, model, declared);
}

/** What is noted already and differs, if so. */
async function noteDefinition({ client, tables }: Database, model: ReadModel): Promise<Definition | undefined> {
  const { columns, indexes } = declaredDefinition(model);
  try {
    await client.send(
      new PutItemCommand({
        TableName: tables.readModels,
        Item: definitionItem(model, { columns, indexes, complete: true }),
        ConditionExpression:
          "attribute_not_exists(pk) OR (#columns = :columns AND indexedBy = :indexes AND complete = :complete)",
        ExpressionAttributeNames: { "#columns": "columns" },
        ExpressionAttributeValues: {
          ":columns": { S: columns },
          ":indexes": { S: indexes },
          ":complete": { BOOL: true },
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return parseDefinition(error.Item ?? {});
  }
}

/**
 * From the first write on, steps of processes that know other indexes are refused, so that whatever is written while the index is
 * built is in it; queries rely on it from the last write on.
 */
async function changeIndexes(
  database: Database,
  builder: IndexBuilder,
  model: ReadModel,
  declared: Definition,
): Promise<void> {
  const note = (definition: Definition) =>
    database.client.send(
      new PutItemCommand({ TableName: database.tables.readModels, Item: definitionItem(model, definition) }),
    );
  await note({ ...declared, complete: false });
  await markCheckpoints(database, model, declared.indexes);
  await builder.build(model);
  await note(declared);
}

async function markCheckpoints(database: Database, model: ReadModel, indexes: string): Promise<void> {
  const prefix = checkpointKey(model, "").sk;
  const checkpoints = database.query({
    TableName: database.tables.readModels,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": { S: home(model) }, ":prefix": prefix },
  });
  for await (const { pk = { S: "" }, sk = { S: "" } } of checkpoints) {
    await database.client.send(
      new UpdateItemCommand({
        TableName: database.tables.readModels,
        Key: { pk, sk },
        UpdateExpression: "SET indexedBy = :indexes",
        ExpressionAttributeValues: { ":indexes": { S: indexes } },
      }),
    );
  }
}

function otherColumns({ name, version }: ReadModel, declared: string, found: string): DynamoDbTableError {
  return new DynamoDbTableError(
    "other-columns",
    `read model "${name}" version ${version} exists with other columns. Declared: ${declared}. Found: ${found}. Raise the projection's version.`,
  );
}

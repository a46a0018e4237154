/** Notes what a read model's columns are when it is first seen, and refuses others under the same version. */
import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { DynamoDbTableError } from "../errors.ts";
import { definitionKey } from "./keys.ts";

export async function prepareModel({ client, tables }: Database, model: ReadModel): Promise<void> {
  const declared = columnsOf(model);
  try {
    await client.send(
      new PutItemCommand({
        TableName: tables.readModels,
        Item: { ...definitionKey(model), columns: { S: declared } },
        ConditionExpression: "attribute_not_exists(pk) OR #columns = :declared",
        ExpressionAttributeNames: { "#columns": "columns" },
        ExpressionAttributeValues: { ":declared": { S: declared } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { name, version } = model;
    const found = error.Item?.columns?.S ?? "others";
    throw new DynamoDbTableError(
      "other-columns",
      `read model "${name}" version ${version} exists with other columns. Declared: ${declared}. Found: ${found}. Raise the projection's version.`,
    );
  }
}

/** Indexes may come and go: they hold nothing that the documents do not. */
function columnsOf({ kind, columns }: ReadModel): string {
  const described = Object.entries(columns).map(([name, { type, key, nullable }]) =>
    [name, type, key && "key", nullable && "nullable"].filter(Boolean).join(" "),
  );
  return `${kind}: ${described.join(", ")}`;
}

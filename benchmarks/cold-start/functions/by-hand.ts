/** A read and a conditional write, as optimistic concurrency needs them. */
import { randomUUID } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

export async function incrementByHand(client: DynamoDBClient): Promise<{ readonly statusCode: number }> {
  const table = { TableName: "counter-log" };
  const key = { pk: { S: `by-hand-${randomUUID()}` }, sk: { S: "0" } };
  const { Item } = await client.send(new GetItemCommand({ ...table, Key: key }));
  const value = Number(Item?.value?.N ?? 0) + 1;
  const item = { ...key, value: { N: String(value) } };
  await client.send(new PutItemCommand({ ...table, Item: item, ConditionExpression: "attribute_not_exists(pk)" }));
  return { statusCode: 200 };
}

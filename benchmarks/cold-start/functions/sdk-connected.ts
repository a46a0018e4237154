/** The same with its connection opened in the init phase. */
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { incrementByHand } from "./by-hand.ts";

const client = new DynamoDBClient({});
await client.send(new GetItemCommand({ TableName: "counter-log", Key: { pk: { S: "nothing" }, sk: { S: "0" } } }));

export const handler = () => incrementByHand(client);

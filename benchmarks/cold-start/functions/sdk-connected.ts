/** The same with its connection opened in the init phase. */
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { incrementByHand } from "./by-hand.ts";

const client = new DynamoDBClient({});
await client.send(new DescribeTableCommand({ TableName: "counter-log" }));

export const handler = () => incrementByHand(client);

/** What nothing on DynamoDB could be quicker than: the SDK's client is loaded, and the first event is an increment by hand. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { incrementByHand } from "./by-hand.ts";

const client = new DynamoDBClient({});

export const handler = () => incrementByHand(client);

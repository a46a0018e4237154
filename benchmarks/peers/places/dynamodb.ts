/** Tables of its own for each place, on a local engine that speaks DynamoDB. It is a double: only ratios between libraries on it mean anything. */
import { randomBytes } from "node:crypto";
import { startDynamoDb } from "@foldstream/dynamodb-local";
import type { Places } from "./place.ts";

export async function dynamoDbPlaces(): Promise<Places> {
  const { endpoint, engine, close } = await startDynamoDb();
  return {
    conditions: { name: "DynamoDB", version: "API 2012-08-10", durability: `${engine}, in memory` },
    copies: false,
    place: async () => ({ engine: "dynamodb", endpoint, prefix: `peers-${randomBytes(6).toString("hex")}-` }),
    // All of it goes with the engine.
    drop: async () => undefined,
    stop: close,
  };
}

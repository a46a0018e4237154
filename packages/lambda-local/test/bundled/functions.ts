/** A function with what is hard to bundle: the SDK, and a library of the older kind. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
// biome-ignore lint/correctness/useImportExtensions: this one is JavaScript.
import { heard } from "./older-kind.cjs";

const client = new DynamoDBClient({ region: "eu-central-1" });

export const http = async () => `${await client.config.region()}, ${heard()}`;

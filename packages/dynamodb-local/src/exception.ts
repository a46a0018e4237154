/** Answers of DynamoDB that refuse a request, in its wire format. */
import type { WireAnswer } from "./engine-client.ts";

export const jsonHeaders = { "content-type": "application/x-amz-json-1.0" };

export function exception(status: number, name: string, message: string): WireAnswer {
  const body = Buffer.from(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }));
  return { status, headers: jsonHeaders, body };
}

/** Which streams a record of the log table's changes is about. Its image is not looked at: the recorder reads the table. */
import { parsed, textAt } from "../json.ts";
import type { Trigger, TriggerRecord } from "./records.ts";

/** Of DynamoDB Streams, or of the table's Kinesis stream. Nothing for a record of something else. */
export function namedStream({ source }: Trigger, { value }: TriggerRecord): string | undefined {
  if (source === "dynamodb") return streamOf(value);
  if (source !== "kinesis") return undefined;
  const data = textAt(value, "kinesis", "data");
  return data === undefined ? undefined : streamOf(parsed(Buffer.from(data, "base64").toString("utf8")));
}

function streamOf(change: unknown): string | undefined {
  return textAt(change, "dynamodb", "Keys", "pk", "S");
}

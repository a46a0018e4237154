/** What woke a function: the records of one of Lambda's triggers. */
import { LambdaError } from "../errors.ts";
import { isObject, type JsonObject, textAt } from "../json.ts";

type TriggerSource = "dynamodb" | "kinesis" | "sqs" | "sns" | "s3" | "eventbridge" | "invocation";

export interface TriggerRecord {
  /** By which a partial answer names it; absent where the trigger takes none, or the record is malformed. */
  readonly id?: string;
  readonly value: JsonObject;
}

export interface Trigger {
  readonly source: TriggerSource;
  /** In order. One for EventBridge and direct invocations. */
  readonly records: readonly TriggerRecord[];
}

const sources: ReadonlyMap<string, TriggerSource> = new Map([
  ["aws:dynamodb", "dynamodb"],
  ["aws:kinesis", "kinesis"],
  ["aws:sqs", "sqs"],
  ["aws:sns", "sns"],
  ["aws:s3", "s3"],
]);

/** Triggers that read which of their records failed. */
const partial: ReadonlySet<TriggerSource> = new Set(["dynamodb", "kinesis", "sqs"]);

const idPaths: Partial<Record<TriggerSource, readonly string[]>> = {
  dynamodb: ["dynamodb", "SequenceNumber"],
  kinesis: ["kinesis", "sequenceNumber"],
  sqs: ["messageId"],
};

/** A trigger that is none of these waits for an answer that nobody here gives, so it is refused. @throws LambdaError */
export function triggerOf(event: unknown): Trigger {
  if (!isObject(event)) throw unsupported(`found ${event === null ? "null" : typeof event}`);
  if (Array.isArray(event.Records)) return batchOf(event.Records);
  if (textAt(event, "detail-type") !== undefined && textAt(event, "source") !== undefined)
    return { source: "eventbridge", records: [{ value: event }] };
  if (Object.keys(event).length > 0) throw unsupported(`found an object of ${Object.keys(event).join(", ")}`);
  return { source: "invocation", records: [{ value: event }] };
}

/** Of EventBridge's rules or its Scheduler. */
export function isScheduled({ records }: Trigger): boolean {
  return textAt(records[0]?.value, "detail-type") === "Scheduled Event";
}

export function takesPartialAnswers({ source }: Trigger): boolean {
  return partial.has(source);
}

function batchOf(found: readonly unknown[]): Trigger {
  const source = found.map(sourceOf).find((one) => one !== undefined);
  if (!source) throw unsupported(`found Records of ${String(textAt(found[0], "eventSource"))}`);
  const path = idPaths[source] ?? [];
  const records = found.map((record): TriggerRecord => {
    const value = isObject(record) ? record : {};
    const id = path.length > 0 ? textAt(value, ...path) : undefined;
    return { value, ...(id !== undefined && { id }) };
  });
  return { source, records };
}

function sourceOf(record: unknown): TriggerSource | undefined {
  return sources.get(textAt(record, "eventSource") ?? textAt(record, "EventSource") ?? "");
}

function unsupported(found: string): LambdaError {
  return new LambdaError(
    "unsupported-event",
    `Expected records of DynamoDB Streams, Kinesis, SQS, SNS or S3, an event of EventBridge, or {} for a wake-up by hand; ${found}. ` +
      "Nothing was done. Remove this trigger from the function, or give it one of its own.",
  );
}

/** Answers of triggers that deliver again what has failed. */
import type { SQSBatchResponse } from "aws-lambda";

/** The same for SQS, Kinesis and DynamoDB Streams. */
export type PartialAnswer = SQSBatchResponse;

export function failing(ids: readonly string[]): PartialAnswer {
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
}

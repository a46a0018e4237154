/** What Lambda tells the failure destination of a stream's mapping: which records, and where to find them while the stream keeps them. */
import { randomUUID } from "node:crypto";
import type { DiscardedBatch } from "./ordered-delivery.ts";

export interface DiscardedFrom {
  readonly kind: "DDBStreamBatchInfo" | "KinesisBatchInfo";
  readonly streamArn: string;
}

export function discardedRecord({ kind, streamArn }: DiscardedFrom, batch: DiscardedBatch): object {
  const { records, condition, attempts, invoked } = batch;
  const [first] = records;
  const last = records.at(-1);
  const functionError = invoked?.kind === "failed" || invoked?.kind === "ended";
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: { requestId: randomUUID(), condition, approximateInvokeCount: attempts },
    ...(invoked && { responseContext: { statusCode: 200, ...(functionError && { functionError: "Unhandled" }) } }),
    [kind]: {
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: first?.arrivedAt.toISOString(),
      approximateArrivalOfLastRecord: last?.arrivedAt.toISOString(),
      batchSize: records.length,
      streamArn,
    },
  };
}

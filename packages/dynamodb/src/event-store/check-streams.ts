/** What DynamoDB cannot take as a stream, refused before anything is sent. */
import { StoreFailureError } from "foldstream";
import type { StreamWrite } from "foldstream/port";
import { mostStreams } from "./appender.ts";

/** Bytes of a partition key (docs: "Service, account, and table quotas"). */
const mostNameBytes = 2_048;

export function checkStreams(writes: readonly StreamWrite[]): void {
  if (writes.length > mostStreams)
    throw new StoreFailureError(
      `An append over ${writes.length} streams: DynamoDB writes at most ${mostStreams} atomically. Nothing was written.`,
    );
  for (const { stream } of writes) checkName(stream);
}

function checkName(stream: string): void {
  const bytes = Buffer.byteLength(stream);
  if (bytes > mostNameBytes)
    throw new StoreFailureError(
      `The stream "${stream.slice(0, 64)}..." has a name of ${bytes} bytes; DynamoDB takes ${mostNameBytes}. Use a shorter id.`,
    );
  if (!stream.isWellFormed())
    throw new StoreFailureError(`The stream "${stream}" has half a surrogate pair in its name; use well-formed text.`);
}

/** Hands the streams that a batch names to the recorder, and tells how far that went. */
import { LambdaError } from "../errors.ts";
import type { LambdaHost } from "../host.ts";
import { namedStream } from "../trigger/named-streams.ts";
import type { Trigger } from "../trigger/records.ts";

export interface RecordedChanges {
  /** Whether any record named a stream. */
  readonly any: boolean;
  /** Index of the first record whose stream could not be recorded. */
  readonly failedAt?: number;
}

/** Once for all streams of the batch. When that fails, one after the other, so that only what comes after a failure is delivered again. */
export async function recordChanges({ engine, log }: LambdaHost, trigger: Trigger): Promise<RecordedChanges> {
  const named = trigger.records.flatMap((record, index) => {
    const stream = namedStream(trigger, record);
    return stream === undefined ? [] : [{ index, stream }];
  });
  if (named.length < trigger.records.length && trigger.source === "dynamodb")
    log("warn", "Records that name no stream were passed over.", { records: trigger.records.length - named.length });
  if (!engine.record || named.length === 0) return { any: false };
  try {
    await engine.record([...new Set(named.map(({ stream }) => stream))]);
    return { any: true };
  } catch (error) {
    log("error", "The streams of this batch were not recorded together. One after the other now.", { error });
  }
  for (const { index, stream } of named) {
    try {
      await engine.record([stream]);
    } catch (cause) {
      if (index === 0) throw new LambdaError("not-recorded", "The first record was not recorded.", { cause });
      log("error", "A stream was not recorded. It and what follows is delivered again.", { error: cause });
      return { any: true, failedAt: index };
    }
  }
  return { any: true };
}

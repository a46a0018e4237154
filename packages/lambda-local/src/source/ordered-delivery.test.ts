import { describe, expect, it } from "vitest";
import type { Invoked } from "../copy/invoked.ts";
import { type DeliveryOptions, type DiscardedBatch, OrderedDelivery, type ShardRecord } from "./ordered-delivery.ts";

const record = (sequenceNumber: string, arrivedAt = new Date()): ShardRecord => ({
  sequenceNumber,
  arrivedAt,
  record: { id: sequenceNumber },
});
const shard = ["1", "2", "3", "4", "5"].map((id) => record(id));
const done: Invoked = { kind: "answered", payload: {} };
const failed: Invoked = { kind: "failed", error: {} };
const failedFrom = (itemIdentifier: string): Invoked => ({
  kind: "answered",
  payload: { batchItemFailures: [{ itemIdentifier }] },
});

/** Delivers the shard to a function, and tells which batches it was given and which were given up. */
async function delivered(
  answer: (batch: string, time: number) => Invoked,
  options: Partial<DeliveryOptions> = {},
  records = shard,
) {
  const batches: string[] = [];
  const discarded: string[] = [];
  const invoke = async (event: unknown) => {
    const batch = (event as { Records: { id: string }[] }).Records.map(({ id }) => id).join("");
    batches.push(batch);
    return answer(batch, batches.filter((one) => one === batch).length);
  };
  const onDiscarded = async ({ records: gone, condition, attempts }: DiscardedBatch) =>
    void discarded.push(`${gone.map(({ sequenceNumber }) => sequenceNumber).join("")} ${condition} ${attempts}`);
  await new OrderedDelivery({ invoke, retryAfterMs: 0, onDiscarded, ...options }, new AbortController()).deliver(
    records,
  );
  return { batches, discarded };
}

describe("delivery of a shard in order", () => {
  it("gives what failed again, until it is done", async () => {
    const { batches } = await delivered((_, time) => (time < 3 ? failed : done));

    expect(batches).toEqual(["12345", "12345", "12345"]);
  });

  it("goes on from the first record that failed", async () => {
    const { batches } = await delivered((batch) => (batch === "12345" ? failedFrom("3") : done));

    expect(batches).toEqual(["12345", "345"]);
  });

  it("delivers all again when an answer cannot be read", async () => {
    const { batches } = await delivered((_, time) => (time === 1 ? failedFrom("") : done));

    expect(batches).toEqual(["12345", "12345"]);
  });

  it("cuts a batch that fails in halves, in order, until the bad record stands alone", async () => {
    const bad = (batch: string) => (batch.includes("4") ? failed : done);

    const { batches, discarded } = await delivered(bad, { bisect: true, maximumRetryAttempts: 1 });

    expect(batches).toEqual(["12345", "123", "45", "4", "4", "5"]);
    expect(discarded).toEqual(["4 RetryAttemptsExhausted 2"]);
  });

  it("gives a batch up after so many retries, and goes on", async () => {
    const { batches, discarded } = await delivered(() => failed, { maximumRetryAttempts: 2 });

    expect(batches).toHaveLength(3);
    expect(discarded).toEqual(["12345 RetryAttemptsExhausted 3"]);
  });

  it("counts neither what reached no copy nor what went forward", async () => {
    const throttledTwice = (_: string, time: number): Invoked => (time < 3 ? { kind: "throttled" } : done);
    const forward = (batch: string) => (batch.length > 1 ? failedFrom(batch[1] as string) : done);

    expect((await delivered(throttledTwice, { maximumRetryAttempts: 0 })).discarded).toEqual([]);
    expect(await delivered(forward, { maximumRetryAttempts: 0 })).toEqual({
      batches: ["12345", "2345", "345", "45", "5"],
      discarded: [],
    });
  });

  it("gives up what has become too old", async () => {
    const old = [record("1", new Date(Date.now() - 120_000)), record("2")];

    expect(await delivered(() => done, { maximumRecordAgeMs: 60_000 }, old)).toEqual({
      batches: [],
      discarded: ["12 RecordAgeExceeded 0"],
    });
  });

  it("delivers a batch that was taken once more where it is told to", async () => {
    let times = 0;

    const { batches } = await delivered(() => done, { again: () => times++ === 0 });

    expect(batches).toEqual(["12345", "12345"]);
  });
});

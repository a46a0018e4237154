import { dynamoDbEngine } from "@foldstream/dynamodb";
import { startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Counting, countingFunctions, increment, invocation } from "../test/counter.ts";
import { kinesisEvent, scheduledEvent, sqsEvent, streamEvent } from "../test/events.ts";

const without = whyNoDynamoDb();
const slowEngineMs = 600_000;
const ids = ["a", "b", "c", "d", "e", "f"];
const streams = ids.map((id) => `counter-${id}`);

/** Copies of functions on tables of their own. */
async function copies(count: number): Promise<readonly Counting[]> {
  const local = await startDynamoDb();
  onTestFinished(() => local.close());
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { client: { endpoint: local.endpoint, region: "eu-central-1", credentials }, createTables: true };
  const opened = Array.from({ length: count }, async () => {
    const engine = await dynamoDbEngine({ ...options, tablePrefix: "lambda-", recorder: "elsewhere" });
    onTestFinished(() => engine.close());
    return countingFunctions({}, engine);
  });
  return Promise.all(opened);
}

describe.skipIf(without)(`functions on DynamoDB${without ? ` (${without})` : ""}`, () => {
  it(
    "G3 G4 record and project each event once, whatever the stream's records do",
    async () => {
      const [one, other] = (await copies(2)) as [Counting, Counting];
      const add = (from: number) =>
        one.queue(
          sqsEvent(
            ids.map((id) => increment(id, 2)),
            { ids: ids.map((id) => `${id}-${from}`) },
          ),
        );
      await add(1);
      await one.worker(streamEvent(streams.slice(0, 3)), invocation());
      await add(2);
      await Promise.all([
        one.worker(streamEvent([...streams].reverse()), invocation()),
        other.worker(streamEvent([...streams, ...streams]), invocation()),
      ]);
      await add(3);
      await other.sweep();

      expect(await one.worker(streamEvent(["counter-a"]), invocation())).toEqual({ batchItemFailures: [] });

      expect(await Promise.all(ids.map((id) => one.total(id)))).toEqual(ids.map(() => 6));
      expect(await other.worker(scheduledEvent(), invocation())).toBeUndefined();
    },
    slowEngineMs,
  );

  it(
    "G3 G4 record and project each event once, told by the table's Kinesis stream: out of order, twice, to two copies",
    async () => {
      const [one, other] = (await copies(2)) as [Counting, Counting];
      for (const round of ["first", "second"])
        await one.queue(
          sqsEvent(
            ids.map((id) => increment(id, 2)),
            { ids: ids.map((id) => `${id}-${round}`) },
          ),
        );

      const answers = await Promise.all([
        one.worker(kinesisEvent([...streams].reverse()), invocation()),
        other.worker(kinesisEvent([...streams, ...streams]), invocation()),
      ]);

      expect(answers).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
      expect(await Promise.all(ids.map((id) => other.total(id)))).toEqual(ids.map(() => 4));
    },
    slowEngineMs,
  );
});

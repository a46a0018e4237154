import { describe, expect, it, onTestFinished, vi } from "vitest";
import { testQueues } from "../../test/queues.ts";
import type { Invoked } from "../copy/invoked.ts";
import { QueueMapping, type QueueMappingOptions } from "./queue-mapping.ts";

const patience = { timeout: 120_000, interval: 50 };

interface Received {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: object;
  readonly eventSource: string;
  readonly eventSourceARN: string;
}

const done: Invoked = { kind: "answered", payload: {} };
const failing = (...records: readonly Received[]): Invoked => ({
  kind: "answered",
  payload: { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) },
});

interface Mapped {
  readonly suffix?: string;
  /** In seconds: where nothing is to come again, longer than a busy machine may take. */
  readonly visibilityTimeout?: number;
}

/** Queues `work` and `dead`, both with this suffix, and a function that takes what comes. */
async function mapped(
  answer: (records: readonly Received[]) => Invoked,
  { suffix = "", visibilityTimeout = 1, ...options }: Partial<QueueMappingOptions> & Mapped,
) {
  const work = `work${suffix}`;
  const dead = `dead${suffix}`;
  const fifo = suffix === "" ? {} : { FifoQueue: true };
  const arnOfDead = `arn:aws:sqs:eu-central-1:000000000000:${dead}`;
  const test = await testQueues({
    [dead]: fifo,
    [work]: {
      ...fifo,
      VisibilityTimeout: visibilityTimeout,
      RedrivePolicy: { deadLetterTargetArn: arnOfDead, maxReceiveCount: 3 },
    },
  });
  const batches: (readonly Received[])[] = [];
  const mapping = new QueueMapping({
    client: test.queues.client,
    url: test.queues.urlOf(test.arn(work)),
    arn: test.arn(work),
    concurrency: 2,
    async invoke(event) {
      const { Records } = event as { readonly Records: readonly Received[] };
      batches.push(Records);
      return answer(Records);
    },
    ...options,
  });
  onTestFinished(() => mapping.stop());
  const bodies = () => batches.flat().map(({ body }) => body);
  return { ...test, work, dead, mapping, batches, bodies };
}

describe("a mapping of a queue", () => {
  it("delivers messages as Lambda does, and deletes what is done", async () => {
    const { send, count, mapping, batches, work } = await mapped(() => done, { visibilityTimeout: 60 });
    const MessageAttributes = { kind: { DataType: "String", StringValue: "small" } };
    await send(work, '{"a":1}', { MessageAttributes });

    mapping.start();

    await vi.waitFor(async () => expect(await count(work)).toBe(0), patience);
    expect(batches).toMatchObject([
      [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: '{"a":1}',
          attributes: { ApproximateReceiveCount: "1", SentTimestamp: expect.any(String) },
          messageAttributes: { kind: { dataType: "String", stringValue: "small" } },
          md5OfBody: expect.any(String),
          eventSource: "aws:sqs",
          eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:work",
        },
      ],
    ]);
  });

  it("delivers what failed again once its visibility timeout is over, and sets it aside after so many times", async () => {
    const bad = (records: readonly Received[]) => failing(...records.filter(({ body }) => body === "bad"));
    const { send, count, mapping, bodies, work, dead } = await mapped(bad, {});
    for (const body of ["good", "bad", "fine"]) await send(work, body);

    mapping.start();

    await vi.waitFor(async () => expect([await count(work), await count(dead)]).toEqual([0, 1]), patience);
    expect(bodies().filter((body) => body === "bad")).toHaveLength(3);
    expect(bodies()).toEqual(expect.arrayContaining(["fine", "good"]));
  });

  it.each([
    ["fails", { kind: "failed", error: {} } as const],
    ["is cut off", { kind: "ended" } as const],
    ["is throttled", { kind: "throttled" } as const],
    ["names a message that was not there", { kind: "answered", payload: unknownFailure() } as const],
    ["gives an answer that cannot be read", { kind: "answered", payload: { batchItemFailures: [{}] } } as const],
  ])("sets all aside when the function %s again and again", async (_, invoked) => {
    const { send, count, mapping, bodies, work, dead } = await mapped(() => invoked, {});
    await send(work, "one");

    mapping.start();

    await vi.waitFor(async () => expect([await count(work), await count(dead)]).toEqual([0, 1]), patience);
    expect(bodies()).toEqual(["one", "one", "one"]);
  });

  it("gives a message once more where it is told to", async () => {
    let times = 0;
    const { send, count, mapping, bodies, work } = await mapped(() => done, { again: () => times++ === 0 });
    await send(work, "one");

    mapping.start();

    await vi.waitFor(async () => expect(await count(work)).toBe(0), patience);
    expect(bodies().length).toBeGreaterThan(1);
  });

  it("keeps the order of a FIFO group, and holds back those behind a message that failed", async () => {
    let refused = 0;
    const once = (records: readonly Received[]) => {
      const from = records.findIndex(({ body }) => body === "a2" && refused++ === 0);
      return from < 0 ? done : failing(...records.slice(from).filter(({ body }) => body.startsWith("a")));
    };
    const { send, count, mapping, bodies, work } = await mapped(once, {
      suffix: ".fifo",
      batchSize: 2,
      visibilityTimeout: 15,
    });
    for (const body of ["a1", "a2", "a3", "b1", "b2"])
      await send(work, body, { MessageGroupId: body[0], MessageDeduplicationId: body });

    mapping.start();

    await vi.waitFor(async () => expect(await count(work)).toBe(0), patience);
    expect(refused).toBeGreaterThan(1);
    expect(bodies().lastIndexOf("a1")).toBeLessThan(bodies().indexOf("a2"));
    expect(bodies().lastIndexOf("a2")).toBeLessThan(bodies().indexOf("a3"));
    expect(bodies().lastIndexOf("b1")).toBeLessThan(bodies().indexOf("b2"));
  });

  it("takes nothing more once it is stopped", async () => {
    const { send, count, mapping, bodies, work } = await mapped(() => done, {});
    mapping.start();
    await mapping.stop();

    await send(work, "late");

    expect([await count(work), bodies()]).toEqual([1, []]);
  });
});

function unknownFailure() {
  return { batchItemFailures: [{ itemIdentifier: "nobody" }] };
}

import { app, projection, t, table } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { countingFunctions, increment, invocation, totalsModel } from "../../test/counter.ts";
import { counting } from "../../test/counter-app.ts";
import {
  kinesisEvent,
  kinesisEventOf,
  objectCreated,
  scheduledEvent,
  snsEvent,
  sqsEvent,
  streamEvent,
} from "../../test/events.ts";
import type { LambdaEngine } from "../index.ts";

/** An engine whose recorder fails for some streams. */
function recording(fails: (stream: string) => boolean = () => false) {
  const recorded: string[][] = [];
  const engine: LambdaEngine = {
    ...memoryEngine({ partitions: 3, takeOverAtStart: false }),
    async record(streams) {
      if (streams.some(fails)) throw new Error("the table is throttled");
      recorded.push([...streams]);
    },
  };
  return { engine, recorded };
}

describe("a worker", () => {
  it.each([
    ["a stream", streamEvent(["counter-a"]), { batchItemFailures: [] }],
    ["Kinesis", kinesisEvent(["counter-a"]), { batchItemFailures: [] }],
    ["Kinesis, of anything", kinesisEventOf(["hello", "{}"]), { batchItemFailures: [] }],
    ["a queue", sqsEvent(["news"]), { batchItemFailures: [] }],
    ["a topic", snsEvent("news"), undefined],
    ["a schedule", scheduledEvent(), undefined],
    ["an event of S3", objectCreated("a"), undefined],
    ["an invocation of one's own", {}, undefined],
  ])("brings read models up to the log, woken by %s", async (_, event, answer) => {
    const functions = await countingFunctions();
    await functions.queue(sqsEvent([increment("a", 2), increment("a", 3), increment("b", 4)]));

    expect(await functions.worker(event, invocation())).toEqual(answer);

    expect(await functions.total("a")).toBe(5);
    expect(await functions.total("b")).toBe(4);
  });

  it("G5 parks a stream, and logs that without naming it or what its error says", async () => {
    const failing = projection("failing", {
      version: 1,
      from: counting.aggregates,
      key: ({ stream }) => stream.id,
      into: table({ id: t.key() }),
      on: {
        "counter.Incremented": (_, { stream }) => {
          throw new TypeError(`no room for ${stream.id}`);
        },
      },
    });
    const broken = app({ name: "counter", aggregates: counting.aggregates, projections: [failing] });
    const functions = await countingFunctions({
      app: broken,
      settings: { parking: { retries: 0, share: 1, atLeast: 10, atMost: 10 } },
    });
    await functions.queue(sqsEvent([increment("ann@example.org")]));

    await functions.worker(scheduledEvent(), invocation());

    expect(functions.logged).toContainEqual([
      "error",
      "A stream was parked. See foldstream parked.",
      { projection: "failing" },
    ]);
    expect(JSON.stringify(functions.logged)).not.toContain("ann");
  });

  it("says what is missing when another worker holds the leases for longer than it may work", async () => {
    const functions = await countingFunctions({ settings: { leaseMs: 60_000 } });
    await functions.queue(sqsEvent([increment("a")]));
    const ended = { epoch: 1, holder: "ended", beat: 1 };
    expect(await functions.engine.readModels.leases.replace(totalsModel, undefined, ended)).toBe(true);

    const answer = await functions.worker(sqsEvent(["news", "news"]), invocation(200));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(functions.logged).toEqual([
      [
        "warn",
        expect.stringContaining("time was up"),
        expect.objectContaining({ behind: [{ name: "totals", state: "elsewhere", lag: 1 }] }),
      ],
      ["warn", expect.stringContaining("give the function 30 s or more"), undefined],
    ]);
  });

  it("says that its last record is to come again, when its time is up", async () => {
    const functions = await countingFunctions();
    await functions.queue(sqsEvent([increment("a")]));

    const answer = await functions.worker(streamEvent(["counter-a", "counter-b", "counter-c"]), invocation(0));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "3" }] });
    expect(functions.logged).toMatchObject([
      ["warn", expect.stringContaining("time was up"), { behind: [{ lag: 1 }] }],
    ]);
    expect(await functions.worker(streamEvent(["counter-c"]), invocation())).toEqual({ batchItemFailures: [] });
    expect(await functions.total("a")).toBe(1);
  });

  it("records each stream of a batch once, whatever else is in it", async () => {
    const { engine, recorded } = recording();
    const functions = await countingFunctions({}, engine);
    const event = streamEvent(["counter-a", "counter-b", "counter-a", "counter-c"]);
    const [first] = event.Records;
    event.Records.push({ ...first, dynamodb: { SequenceNumber: "9" } }, null as never, { eventSource: "aws:dynamodb" });

    expect(await functions.recorder(event, invocation())).toEqual({ batchItemFailures: [] });

    expect(recorded).toEqual([["counter-a", "counter-b", "counter-c"]]);
    expect(functions.logged).toEqual([["warn", expect.stringContaining("passed over"), { records: 3 }]]);
  });

  it("records what the table's Kinesis stream tells", async () => {
    const { engine, recorded } = recording();
    const functions = await countingFunctions({}, engine);

    await functions.recorder(kinesisEvent(["counter-b", "counter-a"]), invocation());

    expect(recorded).toEqual([["counter-b", "counter-a"]]);
  });

  it("answers with the first record that is not recorded, and records what comes before it", async () => {
    const { engine, recorded } = recording((stream) => stream === "counter-c");
    const functions = await countingFunctions({}, engine);

    const answer = await functions.worker(
      streamEvent(["counter-a", "counter-b", "counter-c", "counter-d"]),
      invocation(),
    );

    expect(answer).toEqual({ batchItemFailures: [3, 4].map((number) => ({ itemIdentifier: String(number) })) });
    expect(recorded).toEqual([["counter-a"], ["counter-b"]]);
  });

  it("fails as a whole when nothing is recorded, so that no mapping takes it for done", async () => {
    const { engine } = recording(() => true);
    const { recorder } = await countingFunctions({}, engine);

    await expect(recorder(streamEvent(["counter-a", "counter-b"]), invocation())).rejects.toMatchObject({
      code: "not-recorded",
      cause: { message: "the table is throttled" },
    });
  });

  it("leaves projections alone where it only records, or is told others", async () => {
    const functions = await countingFunctions();
    await functions.queue(sqsEvent([increment("a")]));

    await functions.recorder(scheduledEvent(), invocation());
    await functions.policies(scheduledEvent(), invocation());
    await functions.workerOf({ projections: [] })(scheduledEvent(), invocation());
    expect(await functions.total("a")).toBe(0);
    await functions.projector(scheduledEvent(), invocation());

    expect(await functions.total("a")).toBe(1);
  });

  it("G4 adds up to the same although copies are woken at once, twice and for nothing", async () => {
    const copies = [await countingFunctions()];
    const [{ engine, queue }] = copies as [(typeof copies)[number]];
    for (let copy = 1; copy < 4; copy++) copies.push(await countingFunctions({}, engine));

    const work = Array.from({ length: 40 }, async (_, round) => {
      await queue(sqsEvent([increment("a"), increment("b", 2)], { ids: [`a${round}`, `b${round}`] }));
      await copies[round % 4]?.worker(scheduledEvent(), invocation());
      await copies[(round + 1) % 4]?.worker(scheduledEvent(), invocation());
    });
    await Promise.all(work);

    expect([await copies[0]?.total("a"), await copies[0]?.total("b")]).toEqual([40, 80]);
  });

  it("refuses what waits for an answer of another kind", async () => {
    const { worker } = await countingFunctions();

    for (const event of [null, [], "text", { RequestType: "Create" }, { Records: [{ eventSource: "aws:kafka" }] }])
      await expect(worker(event, invocation())).rejects.toMatchObject({ code: "unsupported-event" });
  });
});

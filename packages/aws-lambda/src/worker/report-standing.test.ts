import { app, projection, t, table } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, onTestFinished, vi } from "vitest";
import { countingFunctions, increment, invocation } from "../../test/counter.ts";
import { counting } from "../../test/counter-app.ts";
import { scheduledEvent, sqsEvent, streamEvent } from "../../test/events.ts";
import { metricLine } from "../metric-line.ts";

const failing = projection("failing", {
  version: 1,
  from: counting.aggregates,
  key: ({ stream }) => stream.id,
  into: table({ id: t.key() }),
  on: {
    "counter.Incremented": () => {
      throw new TypeError("no room");
    },
  },
});
const broken = app({ name: "counter", aggregates: counting.aggregates, projections: [failing] });

it("G5 counts what is parked with each schedule, for as long as it is", async () => {
  const settings = { parking: { retries: 0, share: 1, atLeast: 10, atMost: 10 } };
  const functions = await countingFunctions({ app: broken, settings });
  await functions.queue(sqsEvent([increment("a"), increment("b")]));

  for (let round = 0; round < 3; round++) await functions.worker(scheduledEvent(), invocation());

  expect(functions.measured.map(({ Parked }) => Parked)).toEqual([0, 2, 2]);
});

it("tells how long events have waited, and that none do", async () => {
  const functions = await countingFunctions();
  await functions.worker(scheduledEvent(), invocation());
  await functions.queue(sqsEvent([increment("a")]));

  await functions.worker(scheduledEvent(), invocation());
  await functions.worker(scheduledEvent(), invocation());

  const [before, waiting, after] = functions.measured.map(({ LagSeconds }) => LagSeconds);
  expect([before, after]).toEqual([0, 0]);
  expect(waiting).toBeGreaterThan(0);
});

it("asks for the status on a schedule only, not with each batch", async () => {
  const functions = await countingFunctions();

  await functions.worker(streamEvent(["counter-a"]), invocation());
  await functions.worker({}, invocation());

  expect(functions.measured).toEqual([]);
});

it("works on when the status cannot be read", async () => {
  const engine = memoryEngine({ partitions: 3, takeOverAtStart: false });
  let isDown = false;
  const count = engine.readModels.parking.count;
  engine.readModels.parking.count = async (model) => {
    if (isDown) throw new Error("throttled");
    return count.call(engine.readModels.parking, model);
  };
  const functions = await countingFunctions({}, engine);
  await functions.queue(sqsEvent([increment("a")]));

  isDown = true;
  await functions.worker(scheduledEvent(), invocation());

  expect(await functions.total("a")).toBe(1);
  expect(functions.measured).toEqual([]);
  expect(functions.logged).toContainEqual(["warn", expect.stringContaining("could not be told"), expect.anything()]);
});

it("writes lines that CloudWatch makes metrics of, past the console that Lambda wraps", async () => {
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "counter-worker");
  onTestFinished(() => {
    stdout.mockRestore();
    vi.unstubAllEnvs();
  });

  metricLine({ Parked: 2, LagSeconds: 0.5 });

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "Foldstream",
            Dimensions: [["FunctionName"]],
            Metrics: [{ Name: "Parked" }, { Name: "LagSeconds" }],
          },
        ],
      },
      FunctionName: "counter-worker",
      Parked: 2,
      LagSeconds: 0.5,
    },
  ]);
});

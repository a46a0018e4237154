import { nodeEnvironment } from "@foldstream/node";
import { aggregate, app, createRuntime, projection, query, t, table, withTargets } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { seededRandom } from "../../../tests/engines/random.ts";
import { openTarget, startDouble } from "../test/open-target.ts";

const counter = aggregate("counter", {
  initialState: {},
  events: { Counted: z.object({}) },
  commands: { Count: z.object({}) },
  decide: { Count: () => ({ Counted: {} }) },
  evolve: { Counted: (state) => state },
});

/** One row is fed by all partitions. */
const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: ({ stream }) => stream.id.slice(0, 1),
  into: table({ id: t.key(), count: t.integer() }),
  on: { "counter.Counted": (row) => ({ count: (row?.count ?? 0) + 1 }) },
});

const allTotals = query("allTotals", {
  input: z.object({}),
  from: [totals],
  run: async (_, { read }) => Object.fromEntries((await read.totals.find()).map(({ id, count }) => [id, count])),
});

const counting = app({ aggregates: [counter], projections: [totals], queries: [allTotals] });
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));

it(`G4 G6 counts exactly through two workers on a service that fails all the time (FOLDSTREAM_SEED=${seed})`, async () => {
  const random = seededRandom(seed);
  const double = await startDouble();
  const log = memoryEngine({ partitions: 3 });
  const worker = async () => {
    const engine = withTargets(log, { totals: openTarget(double) });
    const settings = { leaseMs: 500, eventsPerStep: 7, stepIntervalMs: 0, stepBackoffMs: 10, pollMs: 20 };
    const runtime = createRuntime(counting, { engine, environment: nodeEnvironment(), settings });
    await runtime.start();
    onTestFinished(() => runtime.stop());
    return runtime;
  };
  const [one, other] = [await worker(), await worker()];
  const pick = () => (random() < 0.5 ? ({ status: 503 } as const) : ("lose the answer" as const));
  double.faults.request = () => (random() < 0.1 ? pick() : undefined);
  double.faults.item = () => (random() < 0.05 ? { status: random() < 0.5 ? 429 : 500 } : undefined);

  const tokens: string[] = [];
  for (let round = 0; round < 10; round++) {
    const runtime = round % 2 ? one : other;
    const counts = Array.from({ length: 12 }, (_, at) => runtime.execute(counter, `${"ab"[at % 2]}${at}`, "Count", {}));
    for (const outcome of await Promise.all(counts)) if (outcome.ok) tokens.push(outcome.token);
  }
  delete double.faults.request;
  delete double.faults.item;

  expect(await one.query(allTotals, {}, { after: tokens, waitMs: 60_000 })).toMatchObject({
    ok: true,
    value: { a: 60, b: 60 },
  });
});

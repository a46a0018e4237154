/** An app whose rows are each fed by all partitions, run by two workers on a service that fails all the time. */
import { nodeEnvironment } from "@foldstream/node";
import { aggregate, app, createRuntime, projection, query, t, table, withTargets } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Target } from "foldstream/port";
import { expect, onTestFinished } from "vitest";
import * as z from "zod";

const counter = aggregate("counter", {
  initialState: {},
  events: { Counted: z.object({}) },
  commands: { Count: z.object({}) },
  decide: { Count: () => ({ Counted: {} }) },
  evolve: { Counted: (state) => state },
});

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

/** `open` gives each worker a target of its own on the same service, which fails while it is told to. */
export async function expectCountedExactly(open: () => Target, fail: (failing: boolean) => void): Promise<void> {
  const log = memoryEngine({ partitions: 3 });
  const worker = async () => {
    const engine = withTargets(log, { totals: open() });
    const settings = { leaseMs: 500, eventsPerStep: 7, stepIntervalMs: 0, stepBackoffMs: 10, pollMs: 20 };
    const runtime = createRuntime(counting, { engine, environment: nodeEnvironment(), settings });
    await runtime.start();
    onTestFinished(() => runtime.stop());
    return runtime;
  };
  const [one, other] = [await worker(), await worker()];
  fail(true);

  const tokens: string[] = [];
  for (let round = 0; round < 10; round++) {
    const runtime = round % 2 ? one : other;
    const counts = Array.from({ length: 12 }, (_, at) => runtime.execute(counter, `${"ab"[at % 2]}${at}`, "Count", {}));
    for (const outcome of await Promise.all(counts)) if (outcome.ok) tokens.push(outcome.token);
  }
  fail(false);

  expect(await one.query(allTotals, {}, { after: tokens, waitMs: 60_000 })).toMatchObject({
    ok: true,
    value: { a: 60, b: 60 },
  });
}

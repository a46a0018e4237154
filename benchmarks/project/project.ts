/** How fast does a projection catch up, beside grouping in memory and upserting by hand? */
import { app, counter } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { type BenchEngine, type BenchPlace, placed } from "../engines/bench-engine.ts";
import type { Question, Subject } from "../question.ts";

const counters = 1_000;
const perAppend = 500;
const perStep = 1_000;

export const bare = "bare: read, group in memory, upsert per 1,000";

export const project: Question = {
  name: "project",
  about: "a projection catches up on the log, into SQL, beside a hand-written loop over the same log",
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const count = Math.ceil(200_000 * scale);
    return [
      { name: bare, bare, run: bareProjection(engine, count) },
      { name: "one projection", bare, run: projected(engine, count) },
    ];
  },
};

/** A log of increments, spread over counters. */
export async function fill(place: BenchPlace, count: number): Promise<void> {
  const engine = place.engine();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  for (let first = 0; first < count; first += perAppend) {
    const commands = Array.from({ length: Math.min(perAppend, count - first) }, (_, index) =>
      runtime.execute(counter, String((first + index) % counters), "Increment", { by: 1 }),
    );
    await Promise.all(commands);
  }
  await runtime.stop();
  await engine.close();
}

export function bareProjection(engine: BenchEngine, count: number): Subject["run"] {
  return placed(engine, async (place) => {
    await fill(place, count);
    const bare = await place.bareProjection(perStep);
    const latencies: number[] = [];
    const began = performance.now();
    for (let seen = 0; seen < count; ) {
      const stepped = performance.now();
      seen += await bare.step();
      latencies.push(performance.now() - stepped);
    }
    const seconds = (performance.now() - began) / 1000;
    const exact = (await bare.total()) === count;
    await bare.close();
    return { count, seconds, latencies, exact };
  });
}

export function projected(bench: BenchEngine, count: number): Subject["run"] {
  return placed(bench, async (place) => {
    await fill(place, count);
    const engine = place.engine();
    const latencies: number[] = [];
    const caughtUp = Promise.withResolvers<void>();
    let open = count;
    const step = ({ ms, events }: { readonly ms: number; readonly events: number }) => {
      latencies.push(ms);
      open -= events;
      if (open <= 0) caughtUp.resolve();
    };
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), observer: { step } });
    const began = performance.now();
    await runtime.start();
    await caughtUp.promise;
    const seconds = (performance.now() - began) / 1000;
    const sum = await engine.readModels.sql?.select({ sql: "SELECT sum(value) AS total FROM totals", parameters: [] });
    const exact = Number(sum?.[0]?.total) === count;
    await runtime.stop();
    await engine.close();
    return { count, seconds, latencies, exact };
  });
}

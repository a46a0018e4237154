/** What more projections of the same events cost: they share the pages that are read, but each writes its own rows. */
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import type { BenchPlace } from "../engines/bench-engine.ts";
import { timedClients } from "../timed.ts";
import { type Axis, upTo } from "./axis.ts";
import { counter, counters, countersWith } from "./counters.ts";

const environment = nodeEnvironment();
const events = 50_000;
const streams = 1_000;
const writers = 500;

export const projectionsAxis: Axis = {
  name: "projections",
  x: "projections",
  about: "projections of the same events are added",
  async *points(growth) {
    const count = Math.max(streams, Math.ceil(events * growth.scale));
    for (const x of upTo([1, 2, 5, 10, 20], growth)) {
      const place = await growth.newPlace();
      try {
        await fill(place, count);
        const perSecond = count / (await caughtUp(place, x, count));
        const rate = { unit: "per second", constant: false } as const;
        yield { x, series: "events that all of them take in", y: perSecond, ...rate };
        yield { x, series: "events times projections", y: x * perSecond, ...rate };
      } finally {
        await place.drop();
      }
    }
  },
};

async function fill(place: BenchPlace, count: number): Promise<void> {
  const engine = place.engine();
  const runtime = createRuntime(counters, { engine, environment });
  await timedClients(count, writers, (index) =>
    runtime.execute(counter, String(index % streams), "Increment", { by: 1 }),
  );
  await runtime.stop();
  await engine.close();
}

/** Seconds until every projection has taken every event in. */
async function caughtUp(place: BenchPlace, projections: number, count: number): Promise<number> {
  const engine = place.engine();
  const done = Promise.withResolvers<void>();
  let open = projections * count;
  const step = ({ events: taken }: { readonly events: number }) => {
    open -= taken;
    if (open <= 0) done.resolve();
  };
  const runtime = createRuntime(countersWith(projections), { engine, environment, observer: { step } });
  const began = performance.now();
  await runtime.start();
  await done.promise;
  const seconds = (performance.now() - began) / 1000;
  await runtime.stop();
  await engine.close();
  return seconds;
}

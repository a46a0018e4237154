/** What grows with the log, and with the number of its streams: nothing should. */
import type { BenchPlace } from "../engines/bench-engine.ts";
import { type Axis, type Growth, type ScalePoint, upTo } from "./axis.ts";
import { counter } from "./counters.ts";
import { enlarge, lengthen, multiply } from "./fill.ts";
import { caughtUp, probed, withRuntime } from "./probe.ts";

const probe = { id: "probe" };
const probeLength = 1_000;

/** That many events more are projected before the next ones are written. */
const perFill = 100_000;

export const logAxis: Axis = {
  name: "log",
  x: "events in the log",
  about: "the log grows",
  points: (growth) => {
    const sizes = [1_000, 10_000, 100_000, 1_000_000];
    return growing(growth, growth.largest ? [...sizes, 10_000_000] : sizes, enlarge);
  },
};

export const streamsAxis: Axis = {
  name: "streams",
  x: "streams in the log",
  about: "the number of streams grows",
  points: (growth) => growing(growth, [1, 100, 10_000, 1_000_000], multiply),
};

/** One place that is filled on from size to size. Read models are kept up meanwhile. */
async function* growing(growth: Growth, sizes: readonly number[], fill: typeof multiply): AsyncIterable<ScalePoint> {
  const place = await growth.newPlace();
  try {
    await makeProbe(place);
    let filled = 0;
    for (const x of upTo(sizes, growth)) {
      for (; filled < x; filled += Math.min(perFill, x - filled))
        await grown(place, Math.min(perFill, x - filled), fill);
      for (const point of await probed(place, probe)) yield { x, ...point };
    }
  } finally {
    await place.drop();
  }
}

/** Its last event comes by a command, which leaves a snapshot. */
async function makeProbe(place: BenchPlace): Promise<void> {
  await withRuntime(place, async (runtime, { eventStore }) => {
    await lengthen(eventStore, `counter-${probe.id}`, 0, probeLength - 1);
    await runtime.execute(counter, probe.id, "Increment", { by: 1 });
  });
}

async function grown(place: BenchPlace, by: number, fill: typeof multiply): Promise<void> {
  await withRuntime(place, async (runtime, { eventStore }) => {
    await fill(eventStore, by);
    await runtime.start();
    await caughtUp(runtime, probe.id);
  });
}

/** What should cost the same however much is in the log: each is tried several times, and the median taken. */
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import type { Engine } from "foldstream/port";
import type { BenchPlace } from "../engines/bench-engine.ts";
import type { ScalePoint } from "./axis.ts";
import { counter, counters, total } from "./counters.ts";

const times = 25;
const starts = 7;
const patienceMs = 120_000;
const environment = nodeEnvironment();

export interface Probe {
  /** Increments of the stream that is loaded, by an id that no other stream has. */
  readonly id: string;
}

/** A runtime that knows nothing yet, on an engine opened anew. */
export async function withRuntime<Found>(
  place: BenchPlace,
  work: (runtime: ReturnType<typeof openRuntime>, engine: Engine) => Promise<Found>,
): Promise<Found> {
  const engine = place.engine();
  const runtime = openRuntime(engine);
  try {
    return await work(runtime, engine);
  } finally {
    await runtime.stop();
    await engine.close();
  }
}

function openRuntime(engine: Engine) {
  return createRuntime(counters, { engine, environment });
}

/** Appends, loads and starts, and how long until a query sees a command. */
export async function probed(place: BenchPlace, { id }: Probe): Promise<Omit<ScalePoint, "x">[]> {
  const found: Omit<ScalePoint, "x">[] = [];
  const add = (series: string, ms: number) => found.push({ series, y: ms, unit: "ms", constant: true });
  add(
    "a command on a new stream",
    await withRuntime(place, async (runtime) => {
      await runtime.execute(counter, environment.ids.next(), "Increment", { by: 1 });
      return median(times, () => runtime.execute(counter, environment.ids.next(), "Increment", { by: 1 }));
    }),
  );
  add(
    "a command on a stream with a snapshot, nothing cached",
    await medianOf(starts, () =>
      withRuntime(place, async (runtime) => {
        await runtime.execute(counter, environment.ids.next(), "Increment", { by: 1 });
        return elapsed(() => runtime.execute(counter, id, "Increment", { by: 1 }));
      }),
    ),
  );
  add(
    "start-up, until the first query is answered",
    await medianOf(starts, () =>
      elapsed(() =>
        withRuntime(place, async (runtime) => {
          await runtime.start();
          await runtime.query(total, { id });
        }),
      ),
    ),
  );
  add(
    "from a command until a query sees it",
    await withRuntime(place, async (runtime) => {
      await runtime.start();
      await caughtUp(runtime, id);
      return median(times, () => caughtUp(runtime, id));
    }),
  );
  return found;
}

type ScaleRuntime = ReturnType<typeof openRuntime>;

/** One more command, seen by a query: so is everything before it. */
export async function caughtUp(runtime: ScaleRuntime, id: string): Promise<void> {
  const outcome = await runtime.execute(counter, id, "Increment", { by: 1 });
  const seen = await runtime.query(total, { id }, { after: outcome.ok ? outcome.token : "", waitMs: patienceMs });
  if (!seen.ok) throw new Error("a query did not see its command");
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(count: number, work: () => Promise<unknown>): Promise<number> {
  return medianOf(count, () => elapsed(work));
}

async function medianOf(count: number, work: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  while (found.length < count) found.push(await work());
  return found.toSorted((left, right) => left - right)[Math.floor(count / 2)] ?? 0;
}

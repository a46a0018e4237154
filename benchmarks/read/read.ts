/** How fast is a long stream read, beside the bare query? Data is parsed on both sides. */
import { filledLog } from "../append/append.ts";
import { type BenchEngine, payload, placed } from "../engines/bench-engine.ts";
import type { Question, Subject } from "../question.ts";
import { timedBatches } from "../timed.ts";

const stream = "counter-1";
const perAppend = 500;

export const read: Question = {
  name: "read",
  about: "a stream of 10,000 events is read and parsed, beside the bare query",
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const length = Math.ceil(10_000 * Math.min(1, scale));
    const times = Math.ceil(40 * scale);
    const bare = "bare: SELECT, JSON.parse";
    return [
      { name: bare, bare, run: bareReads(engine, length, times) },
      { name: "EventStore.read, JSON.parse", bare, run: storeReads(engine, length, times) },
    ];
  },
};

function bareReads(engine: BenchEngine, length: number, times: number): Subject["run"] {
  return placed(engine, async (place) => {
    const log = await place.bareLog();
    for (let first = 0; first < length; first += perAppend) {
      const count = Math.min(perAppend, length - first);
      await log.insert(Array.from({ length: count }, (_, n) => ({ stream, version: first + n + 1, data: payload })));
    }
    const run = await reads(length, times, () => log.read(stream));
    await log.close();
    return run;
  });
}

function storeReads(engine: BenchEngine, length: number, times: number): Subject["run"] {
  return placed(engine, async (place) => {
    const { eventStore, close } = place.engine();
    await filledLog(eventStore, stream, length, perAppend);
    const run = await reads(length, times, async () =>
      (await eventStore.read(stream, { after: 0, limit: length })).map(({ data }) => JSON.parse(data)),
    );
    await close();
    return run;
  });
}

async function reads(length: number, times: number, all: () => Promise<readonly unknown[]>) {
  let exact = (await all()).length === length;
  const run = await timedBatches(length * times, length, async () => {
    exact &&= (await all()).length === length;
  });
  return { ...run, exact };
}

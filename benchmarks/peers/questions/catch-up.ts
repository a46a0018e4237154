/** An asynchronous projection catches up on a log, into a table of the same database. */
import { setTimeout as sleep } from "node:timers/promises";
import { timedClients } from "../../timed.ts";
import { type OpenLibrary, payload } from "../library.ts";
import type { PeerQuestion, TrialSize } from "../question.ts";

const counters = 1_000;
const writers = 64;
const perStep = 1_000;
const lookEveryMs = 5;

/** Catching up takes a slow library long: it is given more time than other questions take. */
const patience = 3;

export const catchUp: PeerQuestion = {
  name: "catch-up",
  about: "a projection catches up on 100,000 events of 1,000 streams, into a table",
  engines: ["sqlite", "postgres"],
  unit: "events",
  prepare: fill,
  async run({ projection }, size) {
    if (!projection) throw new Error("This library has no projections.");
    const count = countOf(size);
    await projection.start();
    const before = await projection.total();
    const began = performance.now();
    let total = before;
    while (total < count && performance.now() - began < size.seconds * patience * 1000) {
      await sleep(lookEveryMs);
      total = await projection.total();
    }
    const seconds = (performance.now() - began) / 1000;
    return { count: total - before, seconds, latencies: [], exact: total <= count };
  },
  bare: {
    about: `read, group ${perStep.toLocaleString("en")} in memory, upsert`,
    async prepare(place, size) {
      // Only here, so that no other process holds it in memory.
      const { open } = await import("../libraries/foldstream.ts");
      const library = await open(place);
      await fill(library, size);
      await library.close();
    },
    async run(bare, size) {
      const count = countOf(size);
      const projection = await bare.projection(perStep);
      const began = performance.now();
      for (let seen = 0; seen < count; ) seen += await projection.step();
      const seconds = (performance.now() - began) / 1000;
      const exact = (await projection.total()) === count;
      await projection.close();
      return { count, seconds, latencies: [], exact };
    },
  },
};

function countOf({ scale }: TrialSize): number {
  return Math.ceil(100 * scale) * counters;
}

/** Neighbouring events are of different streams: the hardest order for whoever groups them. */
async function fill(library: OpenLibrary, size: TrialSize): Promise<void> {
  for (let version = 0; version < countOf(size) / counters; version++)
    await timedClients(counters, writers, (index) => library.append(String(index), version, [payload]));
}

/** Reading streams page by page, and snapshots. */
import * as fc from "fast-check";
import type { EventStore } from "foldstream/port";
import { expect } from "vitest";
import { increments, range, write } from "../example.ts";
import { append, type LogCase, readStream, versionsOf } from "./log-case.ts";

/** The versions of a stream read in pages of these sizes, over and over. */
async function paged(store: EventStore, stream: string, limits: readonly number[]): Promise<number[]> {
  const versions: number[] = [];
  for (let page = 0; ; page++) {
    const limit = limits[page % limits.length] as number;
    const events = await store.read(stream, { after: versions.at(-1) ?? 0, limit });
    expect(events.length).toBeLessThanOrEqual(limit);
    if (events.length === 0) return versions;
    expect(events[0]?.version).toBe(versions.length + 1);
    versions.push(...versionsOf(events));
  }
}

const snapshot = (version: number, state = `{"value":${version}}`, schemaVersion = 1) => ({
  version,
  schemaVersion,
  state,
});

export const reading: readonly LogCase[] = [
  {
    defends: "G1",
    title: "reads the same stream whatever the size of the pages",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, increments(25)));
      const limits = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

      await fc.assert(
        fc.asyncProperty(limits, async (sizes) => {
          expect(await paged(eventStore, "counter-1", sizes)).toEqual(range(25).map((index) => index + 1));
        }),
        { numRuns: 20, examples: [[[1]], [[25]], [[24, 2]]] },
      );
    },
  },
  {
    defends: "Port",
    title: "reads nothing of an unknown stream, and nothing beyond the end of a known one",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0));

      expect(await readStream(eventStore, "counter-2")).toEqual([]);
      expect(await eventStore.read("counter-1", { after: 1, limit: 10 })).toEqual([]);
      expect(await eventStore.read("counter-1", { after: 7, limit: 10 })).toEqual([]);
      expect(await eventStore.read("counter-1", { after: 0, limit: 10 })).toHaveLength(1);
    },
  },
  {
    defends: "Port",
    title: "has no snapshot until one is written, and keeps those of streams apart",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0));
      await append(eventStore, write("counter-2", 0));

      await eventStore.writeSnapshot("counter-1", snapshot(1));

      expect(await eventStore.readSnapshot("counter-1")).toEqual(snapshot(1));
      expect(await eventStore.readSnapshot("counter-2")).toBeUndefined();
      expect(await eventStore.readSnapshot("counter-3")).toBeUndefined();
    },
  },
  {
    defends: "Port",
    title: "replaces an older snapshot, also one of the same version, and keeps its text as it is",
    async run({ eventStore }) {
      const state = JSON.stringify({ text: "é👍 'x'".repeat(20_000) });
      await append(eventStore, write("counter-1", 0, increments(5)));

      await eventStore.writeSnapshot("counter-1", snapshot(3));
      await eventStore.writeSnapshot("counter-1", snapshot(5));
      await eventStore.writeSnapshot("counter-1", snapshot(5, state, 2));

      expect(await eventStore.readSnapshot("counter-1")).toEqual(snapshot(5, state, 2));
    },
  },
  {
    defends: "Port",
    title: "keeps the newer snapshot when an older one is written late",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, increments(5)));

      await eventStore.writeSnapshot("counter-1", snapshot(5));
      await eventStore.writeSnapshot("counter-1", snapshot(3));

      expect(await eventStore.readSnapshot("counter-1")).toEqual(snapshot(5));
    },
  },
];

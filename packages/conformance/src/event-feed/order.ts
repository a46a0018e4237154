/** G3 at rest: what the feed holds, in which order, and how it is cut into pages. */
import * as fc from "fast-check";
import type { EventStore, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { append, type LogCase, readStream } from "../event-store/log-case.ts";
import { incremented, range, receipt, write } from "../example.ts";
import { located, readFeed, readPartition, versionsByStream } from "./following.ts";

const streams = range(10).map((index) => `counter-${index}`);

/** 60 events of 10 streams, in turns. Returns the last token of each stream. */
async function fill(store: EventStore): Promise<string[]> {
  for (const round of range(2)) {
    for (const stream of streams)
      await append(store, write(stream, round * 2, [incremented(round), incremented(round + 10)]));
  }
  const last: string[] = [];
  for (const stream of streams) last.push(await append(store, write(stream, 4, [incremented(4), incremented(5)])));
  return last;
}

const filled = Object.fromEntries(streams.map((stream) => [stream, [1, 2, 3, 4, 5, 6]]));

function withoutPosition({ position: _, ...event }: FedEvent) {
  return event;
}

export const order: readonly LogCase[] = [
  {
    defends: "G3",
    title: "is empty before the first append",
    async run({ eventFeed }) {
      const partitions = await eventFeed.partitions();

      expect(partitions.length).toBeGreaterThan(0);
      expect(new Set(partitions).size).toBe(partitions.length);
      for (const partition of partitions) {
        expect(await eventFeed.head(partition)).toBe(0);
        expect((await eventFeed.read(partition, 0, 10)).events).toEqual([]);
      }
    },
  },
  {
    defends: "G3",
    title: "shows every event once, in version order within its stream",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);

      expect(versionsByStream(await readFeed(eventFeed))).toEqual(filled);
    },
  },
  {
    defends: "G3",
    title: "gives positions that increase from 1 within a partition",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);

      for (const partition of await eventFeed.partitions()) {
        const positions = (await readPartition(eventFeed, partition)).map(({ position }) => position);
        expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
        expect(Math.min(1, ...positions)).toBe(1);
      }
    },
  },
  {
    defends: "G3",
    title: "keeps the events of a stream in one partition, and its partitions the same",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const before = await eventFeed.partitions();
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);

      expect(await eventFeed.partitions()).toEqual(before);
      const homes = new Map<string, Set<string>>();
      for (const partition of before) {
        for (const { stream } of await readPartition(eventFeed, partition)) {
          homes.set(stream, (homes.get(stream) ?? new Set()).add(partition));
        }
      }
      expect([...homes.values()].map((home) => home.size)).toEqual(streams.map(() => 1));
    },
  },
  {
    defends: "G3",
    title: "shows the same sequence whatever the size of the pages",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);
      const whole = await readFeed(eventFeed);
      const limits = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 6 });

      expect(whole).toHaveLength(60);
      await fc.assert(
        fc.asyncProperty(limits, async (sizes) => {
          expect(await readFeed(eventFeed, sizes)).toEqual(whole);
        }),
        { numRuns: 40 },
      );
    },
  },
  {
    defends: "G3",
    title: "has its head at the position of the newest event",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);

      for (const partition of await eventFeed.partitions()) {
        const events = await readPartition(eventFeed, partition);
        expect(await eventFeed.head(partition)).toBe(events.at(-1)?.position ?? 0);
      }
    },
  },
  {
    defends: "G3",
    title: "shows all events of one append to several streams",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const width = Math.min(5, eventStore.capabilities.streamsPerAppend);
      const together = range(width).map((index) => write(`counter-${index}`, 0, [incremented(1), incremented(2)]));

      await located(eventFeed, await append(eventStore, ...together), patienceMs);

      const expected = Object.fromEntries(together.map(({ stream }) => [stream, [1, 2]]));
      expect(versionsByStream(await readFeed(eventFeed))).toEqual(expected);
    },
  },
  {
    defends: "G3",
    title: "shows nothing of appends that were refused",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));
      await eventStore.append([write("counter-1", 0, [incremented(2)])]);
      await eventStore.append([write("counter-1", 5, [incremented(3)])]);
      await eventStore.append([write("counter-1", 1, [incremented(4)], [receipt("once", 2)])]);

      await located(eventFeed, await append(eventStore, write("counter-1", 1, [incremented(5)])), patienceMs);

      expect((await readFeed(eventFeed)).map(({ data }) => data)).toEqual([incremented(1).data, incremented(5).data]);
    },
  },
  {
    defends: "Port",
    title: "shows events as their streams hold them, with a position",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const principal = { id: "ádám", roles: ["admin"] };
      const metadata = { commandId: "a", causationId: "b", correlationId: "c", principal, traceparent: "00-1-2-01" };
      const events = [
        incremented(1, { data: '{ "by" : 1.10 }', metadata, schemaVersion: 3 }),
        incremented(2, { recordedAt: 0 }),
      ];

      await located(eventFeed, await append(eventStore, write("counter-1", 0, events)), patienceMs);

      const fed = await readFeed(eventFeed);
      expect(fed.map(withoutPosition)).toStrictEqual(await readStream(eventStore, "counter-1"));
      expect(fed.map(({ position }) => typeof position)).toEqual(["number", "number"]);
    },
  },
  {
    defends: "G10",
    title: "shows the same sequence after it is reopened, and new events behind it",
    async run({ eventStore, eventFeed }, { reopen, patienceMs }) {
      for (const token of await fill(eventStore)) await located(eventFeed, token, patienceMs);
      const before = await readFeed(eventFeed);

      const again = await reopen();

      expect(await readFeed(again.eventFeed)).toStrictEqual(before);
      const token = await append(again.eventStore, write("counter-0", 6));
      const [point] = await located(again.eventFeed, token, patienceMs);
      expect(versionsByStream(await readFeed(again.eventFeed))).toEqual({
        ...filled,
        "counter-0": [1, 2, 3, 4, 5, 6, 7],
      });
      const partition = await readPartition(again.eventFeed, point?.partition as string);
      expect(partition.at(-1)).toMatchObject({ stream: "counter-0", version: 7 });
    },
  },
];

/** G1 under concurrency: whoever else appends at the same time, versions stay exact. */
import { expect } from "vitest";
import { incremented, increments, range, receipt, write } from "../example.ts";
import { append, appendRacing, dataOf, type LogCase, needStreams, readStream, versionsOf } from "./log-case.ts";

export const racing: readonly LogCase[] = [
  {
    defends: "G1",
    title: "lets exactly one of 20 concurrent appends at the same version win",
    async run({ eventStore }) {
      const results = await Promise.all(
        range(20).map((by) => eventStore.append([write("counter-1", 0, [incremented(by)])])),
      );

      const winners = range(20).filter((by) => results[by]?.ok);
      const losers = results.filter(({ ok }) => !ok);
      expect(winners).toHaveLength(1);
      expect(losers).toEqual(
        range(19).map(() => ({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 1 })),
      );
      expect(dataOf(await readStream(eventStore, "counter-1"))).toEqual(winners.map((by) => incremented(by).data));
    },
  },
  {
    defends: "G1",
    title: "ends exact and gapless after 400 appends of 20 writers that race and retry",
    async run({ eventStore }) {
      const numbers = range(400);

      await Promise.all(
        range(20).map(async (writer) => {
          const mine = numbers.filter((by) => by % 20 === writer);
          for (const by of mine) await appendRacing(eventStore, ["counter-1"], [incremented(by)]);
        }),
      );

      const events = await readStream(eventStore, "counter-1");
      expect(versionsOf(events)).toEqual(range(400).map((index) => index + 1));
      expect(dataOf(events).sort()).toEqual(numbers.map((by) => incremented(by).data).sort());
    },
  },
  {
    defends: "G1",
    title: "ends exact and gapless on each of 5 streams after 400 appends of 20 writers that race and retry",
    async run({ eventStore }) {
      const streams = range(5).map((index) => `counter-${index}`);

      await Promise.all(
        range(20).map(async (writer) => {
          for (const turn of range(20)) {
            const stream = streams[(writer + turn) % 5] as string;
            await appendRacing(eventStore, [stream], [incremented(writer * 20 + turn)]);
          }
        }),
      );

      const all = await Promise.all(streams.map((stream) => readStream(eventStore, stream)));
      for (const events of all) expect(versionsOf(events)).toEqual(range(80).map((index) => index + 1));
      const expected = range(400).map((by) => incremented(by).data);
      expect(all.flatMap(dataOf).sort()).toEqual(expected.sort());
    },
  },
  {
    defends: "G1",
    title: "accepts what is right between repeated commands and conflicts on the same stream, all at once",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));
      const repeat = () => eventStore.append([write("counter-1", 1, increments(3), [receipt("once", 4)])]);
      const early = () => eventStore.append([write("counter-1", 9, increments(3))]);

      const results = await Promise.all([
        ...range(5).flatMap(() => [repeat(), early()]),
        eventStore.append([write("counter-1", 1, [incremented(2)])]),
        ...range(5).flatMap(() => [repeat(), early()]),
        eventStore.append([write("counter-1", 2, [incremented(3)])]),
      ]);

      const accepted = range(results.length).filter((index) => results[index]?.ok);
      expect(accepted).toContain(10);
      expect(results.filter((result) => !result.ok && result.reason === "duplicate-command")).toHaveLength(10);
      const version = 1 + accepted.length;
      expect(versionsOf(await readStream(eventStore, "counter-1"))).toEqual(range(version).map((index) => index + 1));
      await append(eventStore, write("counter-1", version));
    },
  },
  {
    defends: "G1",
    title: "accepts the first append to a stream among appends to it that are refused for another stream",
    async run({ eventStore }, { skip }) {
      needStreams(eventStore, 2, skip);
      await append(eventStore, write("account-1", 0));
      const torn = () =>
        eventStore.append([write("counter-1", 0, increments(3), [receipt("torn", 3)]), write("account-1", 0)]);

      const results = await Promise.all([
        ...range(5).map(torn),
        eventStore.append([write("counter-1", 0, [incremented(7)], [receipt("whole", 1)])]),
        ...range(5).map(torn),
      ]);

      expect(range(results.length).filter((index) => results[index]?.ok)).toEqual([5]);
      expect(dataOf(await readStream(eventStore, "counter-1"))).toEqual([incremented(7).data]);
      expect(versionsOf(await readStream(eventStore, "account-1"))).toEqual([1]);
      const kept = await eventStore.receipts("counter-1", ["torn", "whole"]);
      expect(kept.map(({ commandId }) => commandId)).toEqual(["whole"]);
    },
  },
];

/** G1 on one stream: the expected version is the condition of the whole append. */
import { expect } from "vitest";
import { incremented, increments, range, receipt, write } from "../example.ts";
import { append, dataOf, type LogCase, readStream, versionsOf } from "./log-case.ts";

export const conditionalAppend: readonly LogCase[] = [
  {
    defends: "G1",
    title: "numbers the events of a stream from 1, without gaps, over several appends",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1), incremented(2)]));
      await append(eventStore, write("counter-1", 2, [incremented(3)]));
      await append(eventStore, write("counter-1", 3, increments(500)));

      const events = await readStream(eventStore, "counter-1");
      expect(versionsOf(events)).toEqual(range(503).map((index) => index + 1));
      expect(dataOf(events)).toEqual(dataOf([incremented(1), incremented(2), incremented(3), ...increments(500)]));
    },
  },
  {
    defends: "G1",
    title: "refuses an expected version that is too low, and names the actual one",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1), incremented(2)]));

      const result = await eventStore.append([write("counter-1", 1, [incremented(3)])]);

      expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 2 });
      expect(await readStream(eventStore, "counter-1")).toHaveLength(2);
    },
  },
  {
    defends: "G1",
    title: "refuses an expected version that is too high, and leaves no gap",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0));

      for (const receipts of [[receipt("early", 3)], []]) {
        const result = await eventStore.append([write("counter-1", 2, [incremented(3)], receipts)]);
        expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 1 });
      }

      expect(await eventStore.receipts("counter-1", ["early"])).toEqual([]);
      await append(eventStore, write("counter-1", 1));
      expect(versionsOf(await readStream(eventStore, "counter-1"))).toEqual([1, 2]);
    },
  },
  {
    defends: "G1",
    title: "refuses version 0 for a stream that exists",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)]));

      const result = await eventStore.append([write("counter-1", 0, [incremented(2)])]);

      expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 1 });
      expect(dataOf(await readStream(eventStore, "counter-1"))).toEqual([incremented(1).data]);
    },
  },
  {
    defends: "G1",
    title: "refuses any other version for a stream that does not exist",
    async run({ eventStore }) {
      const result = await eventStore.append([write("counter-1", 1)]);

      expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 0 });
      await append(eventStore, write("counter-1", 0));
      expect(versionsOf(await readStream(eventStore, "counter-1"))).toEqual([1]);
    },
  },
  {
    defends: "G1",
    title: "keeps no receipt of an append that lost",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0));

      await eventStore.append([write("counter-1", 0, [incremented(2)], [receipt("late", 1)])]);

      expect(await eventStore.receipts("counter-1", ["late"])).toEqual([]);
      await append(eventStore, write("counter-1", 1, [incremented(2)], [receipt("late", 2)]));
    },
  },
  {
    defends: "G1",
    title: "checks the version of a stream to which it appends no event",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0));

      const result = await eventStore.append([write("counter-1", 0, [], [receipt("late", 0)])]);

      expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "counter-1", actual: 1 });
      expect(await eventStore.receipts("counter-1", ["late"])).toEqual([]);
    },
  },
  {
    defends: "G1",
    title: "keeps streams apart whose names differ in case, accents, spaces or how an accent is written",
    async run({ eventStore }) {
      const names = [
        "counter-a",
        "counter-A",
        "counter-á",
        "counter-a\u0301",
        "counter-a ",
        "counter-a-1",
        "counter-%",
        "counter-_",
      ];

      await append(eventStore, ...names.slice(0, 1).map((name) => write(name, 0)));
      for (const name of names.slice(1)) await append(eventStore, write(name, 0, [incremented(1), incremented(2)]));

      expect(await readStream(eventStore, "counter-a")).toHaveLength(1);
      for (const name of names.slice(1)) {
        expect((await readStream(eventStore, name)).map(({ stream }) => stream)).toEqual([name, name]);
      }
    },
  },
];

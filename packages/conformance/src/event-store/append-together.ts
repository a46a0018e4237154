/** G1 over several streams: one append, all or nothing. */
import { expect } from "vitest";
import { incremented, range, receipt, write } from "../example.ts";
import { append, appendRacing, dataOf, type LogCase, needStreams, readStream, versionsOf } from "./log-case.ts";

export const appendTogether: readonly LogCase[] = [
  {
    defends: "G1",
    title: "appends to several streams together, each at its own version",
    async run({ eventStore }, { skip }) {
      needStreams(eventStore, 3, skip);
      await append(eventStore, write("counter-2", 0));

      await append(
        eventStore,
        write("counter-1", 0, [incremented(1), incremented(2)]),
        write("counter-2", 1, [incremented(3)]),
        write("counter-3", 0, [incremented(4)]),
      );

      expect(versionsOf(await readStream(eventStore, "counter-1"))).toEqual([1, 2]);
      expect(versionsOf(await readStream(eventStore, "counter-2"))).toEqual([1, 2]);
      expect(dataOf(await readStream(eventStore, "counter-3"))).toEqual([incremented(4).data]);
    },
  },
  ...["first", "second", "last"].map(
    (place, index): LogCase => ({
      defends: "G1",
      title: `writes to none of several streams when the ${place} of them has moved on`,
      async run({ eventStore }, { skip }) {
        needStreams(eventStore, 3, skip);
        const streams = ["counter-1", "counter-2", "counter-3"];
        const moved = streams[index] as string;
        await append(eventStore, write(moved, 0));

        const writes = streams.map((stream) => write(stream, 0, [incremented(2)], [receipt("both", 1)]));
        const result = await eventStore.append(writes);

        expect(result).toEqual({ ok: false, reason: "version-conflict", stream: moved, actual: 1 });
        for (const stream of streams) {
          expect(await readStream(eventStore, stream)).toHaveLength(stream === moved ? 1 : 0);
          expect(await eventStore.receipts(stream, ["both"])).toEqual([]);
          await append(eventStore, write(stream, stream === moved ? 1 : 0));
        }
      },
    }),
  ),
  {
    defends: "G1",
    title: "holds an append to the version of a stream that it only checks",
    async run({ eventStore }, { skip }) {
      needStreams(eventStore, 2, skip);
      await append(eventStore, write("account-1", 0));

      const result = await eventStore.append([write("counter-1", 0), write("account-1", 0, [])]);

      expect(result).toEqual({ ok: false, reason: "version-conflict", stream: "account-1", actual: 1 });
      expect(await readStream(eventStore, "counter-1")).toEqual([]);
      await append(eventStore, write("counter-1", 0), write("account-1", 1, []));
      expect(await readStream(eventStore, "account-1")).toHaveLength(1);
    },
  },
  {
    defends: "G1",
    title: "tears none of 100 racing appends over two streams, in whichever order they name them",
    async run({ eventStore }, { skip }) {
      needStreams(eventStore, 2, skip);
      const orders = [
        ["counter-1", "counter-2"],
        ["counter-2", "counter-1"],
      ];

      await Promise.all(
        range(10).map(async (writer) => {
          for (const turn of range(10)) {
            await appendRacing(eventStore, orders[writer % 2] as string[], [incremented(writer * 10 + turn)]);
          }
        }),
      );

      const [left, right] = [await readStream(eventStore, "counter-1"), await readStream(eventStore, "counter-2")];
      expect(versionsOf(left)).toEqual(range(100).map((index) => index + 1));
      expect(dataOf(left)).toEqual(dataOf(right));
      expect(new Set(dataOf(left)).size).toBe(100);
    },
  },
];

/** G2: a command leaves its receipt with its events, and is not executed again. */
import type { CommandReceipt } from "foldstream/port";
import { expect } from "vitest";
import { incremented, increments, range, receipt, write } from "../example.ts";
import { append, type LogCase, needStreams, readStream } from "./log-case.ts";

export const receipts: readonly LogCase[] = [
  {
    defends: "G2",
    title: "answers a repeated command with its first receipt, and writes nothing",
    async run({ eventStore }) {
      const token = await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      const result = await eventStore.append([
        write("counter-1", 1, [incremented(1)], [{ ...receipt("once", 2), fingerprint: "another" }]),
      ]);

      const first = { ...receipt("once", 1), stream: "counter-1", token };
      expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
      expect(await readStream(eventStore, "counter-1")).toHaveLength(1);
    },
  },
  {
    defends: "G2",
    title: "recognizes a repeated command although the stream has moved on since",
    async run({ eventStore }) {
      const token = await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));
      await append(eventStore, write("counter-1", 1));

      const result = await eventStore.append([write("counter-1", 0, [incremented(1)], [receipt("once", 1)])]);

      const first = { ...receipt("once", 1), stream: "counter-1", token };
      expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
    },
  },
  {
    defends: "G2",
    title: "executes a command once that 20 concurrent appends carry",
    async run({ eventStore }) {
      const carry = () => eventStore.append([write("counter-1", 0, [incremented(1)], [receipt("once", 1)])]);

      const results = await Promise.all(range(20).map(carry));

      const winner = results.find(({ ok }) => ok) as { readonly token: string };
      const first = { ...receipt("once", 1), stream: "counter-1", token: winner.token };
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(results.filter(({ ok }) => !ok)).toEqual(
        range(19).map(() => ({ ok: false, reason: "duplicate-command", receipts: [first] })),
      );
      expect(await readStream(eventStore, "counter-1")).toHaveLength(1);
    },
  },
  {
    defends: "G2",
    title: "keeps the receipts of each stream apart",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      await append(eventStore, write("counter-2", 0, [incremented(1)], [receipt("once", 1)]));

      expect(await readStream(eventStore, "counter-2")).toHaveLength(1);
    },
  },
  {
    defends: "G2",
    title: "keeps commands apart whose ids differ in case only",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      await append(eventStore, write("counter-1", 1, [incremented(2)], [receipt("ONCE", 2)]));

      const found = await eventStore.receipts("counter-1", ["ONCE"]);
      expect(found.map(({ version }) => version)).toEqual([2]);
    },
  },
  {
    defends: "G2",
    title: "remembers a command that led to no event, on a new stream too",
    async run({ eventStore }) {
      const token = await append(eventStore, write("counter-1", 0, [], [receipt("nothing", 0)]));

      const result = await eventStore.append([write("counter-1", 0, [incremented(1)], [receipt("nothing", 1)])]);

      const first = { ...receipt("nothing", 0), stream: "counter-1", token };
      expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("something", 1)]));
      expect(await readStream(eventStore, "counter-1")).toHaveLength(1);
    },
  },
  {
    defends: "G2",
    title: "writes nothing of an append in which one of many commands is a repeat, and names that one",
    async run({ eventStore }) {
      const token = await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      const many = ["fresh-1", "fresh-2", "once", "fresh-3"].map((id, index) => receipt(id, index + 2));
      const result = await eventStore.append([write("counter-1", 1, increments(4), many)]);

      const first = { ...receipt("once", 1), stream: "counter-1", token };
      expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
      expect(await readStream(eventStore, "counter-1")).toHaveLength(1);
      expect(await eventStore.receipts("counter-1", ["fresh-1", "fresh-2", "fresh-3"])).toEqual([]);
    },
  },
  {
    defends: "G2",
    title: "names every repeat among the commands of an append",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("a", 1), receipt("b", 1)]));

      const result = await eventStore.append([
        write("counter-1", 1, [], [receipt("b", 1), receipt("c", 1), receipt("a", 1)]),
      ]);

      expect(result).toMatchObject({ ok: false, reason: "duplicate-command" });
      const { receipts: repeats } = result as { readonly receipts: readonly CommandReceipt[] };
      expect(repeats.map(({ commandId }) => commandId).sort()).toEqual(["a", "b"]);
    },
  },
  {
    defends: "G2",
    title: "takes one command over several streams, and answers its repeat for each of them",
    async run({ eventStore }, { skip }) {
      needStreams(eventStore, 2, skip);
      const both = ["counter-1", "counter-2"].map((stream) => write(stream, 0, [incremented(1)], [receipt("both", 1)]));
      const token = await append(eventStore, ...both);

      const result = await eventStore.append(both);

      expect(result).toMatchObject({ ok: false, reason: "duplicate-command" });
      const { receipts: repeats } = result as { readonly receipts: readonly CommandReceipt[] };
      expect(repeats.toSorted((left, right) => (left.stream < right.stream ? -1 : 1))).toEqual(
        ["counter-1", "counter-2"].map((stream) => ({ ...receipt("both", 1), stream, token })),
      );
    },
  },
  ...[false, true].map(
    (reversed): LogCase => ({
      defends: "G2",
      title: `names a repeat on one stream before a conflict on another, which comes ${reversed ? "later" : "first"}`,
      async run({ eventStore }, { skip }) {
        needStreams(eventStore, 3, skip);
        await append(eventStore, write("counter-1", 0));
        const token = await append(eventStore, write("counter-2", 0, [incremented(1)], [receipt("once", 1)]));

        const writes = [
          write("counter-1", 0),
          write("counter-2", 1, [incremented(2)], [receipt("once", 2)]),
          write("counter-3", 0),
        ];
        const result = await eventStore.append(reversed ? writes.toReversed() : writes);

        const first = { ...receipt("once", 1), stream: "counter-2", token };
        expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
        expect(await readStream(eventStore, "counter-2")).toHaveLength(1);
        expect(await readStream(eventStore, "counter-3")).toEqual([]);
      },
    }),
  ),
  {
    defends: "G2",
    title: "tells which of some commands a stream has executed",
    async run({ eventStore }) {
      const first = await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("a", 1)]));
      const second = await append(
        eventStore,
        write("counter-1", 1, [incremented(2)], [receipt("b", 2), receipt("c", 2)]),
      );

      const found = await eventStore.receipts("counter-1", ["c", "unknown", "a"]);

      expect(found.toSorted((left, right) => left.version - right.version)).toEqual([
        { ...receipt("a", 1), stream: "counter-1", token: first },
        { ...receipt("c", 2), stream: "counter-1", token: second },
      ]);
      expect(await eventStore.receipts("counter-1", [])).toEqual([]);
      expect(await eventStore.receipts("counter-2", ["a"])).toEqual([]);
    },
  },
  {
    defends: "G2",
    title: "remembers a command after 1,000 later ones on the same stream",
    async run({ eventStore }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("first", 1)]));
      for (const batch of range(10)) {
        await append(
          eventStore,
          write(
            "counter-1",
            1,
            [],
            range(100).map((index) => receipt(`later-${batch}-${index}`, 1)),
          ),
        );
      }

      const result = await eventStore.append([write("counter-1", 1, [incremented(1)], [receipt("first", 2)])]);

      expect(result).toMatchObject({ ok: false, reason: "duplicate-command" });
    },
  },
];

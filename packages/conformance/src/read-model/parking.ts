/** G5: streams that are set aside are kept with rows and checkpoint, by the owner of the read model alone. */
import type { ParkedStream, ReadModel, ReadModelStore } from "foldstream/port";
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { shelve, shelved, type TargetCase } from "./target-case.ts";

function parkedAs(stream: string, change: Partial<ParkedStream> = {}): ParkedStream {
  const error = {
    name: "TypeError",
    message: 'no "such" thing\n\u00e9\u{1f4a5}',
    stack: "TypeError: no such thing\n  at fold",
  };
  const place = { partition: "0", version: 3, position: 2 ** 40 };
  const last = { lastVersion: 4, lastPosition: 2 ** 40 + 7 };
  return { stream, ...place, error, attempts: 6, parkedAt: 1_763_751_845_678, waiting: 2, ...last, ...change };
}

/** A step from the current checkpoint that parks these streams, or frees them. */
async function park(
  target: ReadModelStore,
  model: ReadModel,
  entries: Readonly<Record<string, ParkedStream | null>>,
  change: { readonly epoch?: number; readonly expected?: number; readonly stillParked?: number } = {},
) {
  const expected = await target.checkpoint(model, "0");
  const parked = Object.entries(entries).map(([stream, entry]) => ({ stream, entry }));
  return target.write(model, { partition: "0", expected, next: expected + 1, rows: [], facts: [], parked, ...change });
}

const everything = { limit: 1_000 };

function parkingCase(title: string, run: (target: ReadModelStore) => Promise<void>): TargetCase {
  return { defends: "G5", title, run: ({ readModels }) => run(readModels) };
}

export const parking: readonly TargetCase[] = [
  parkingCase("parks nothing by itself", async (target) => {
    await shelve(target, books, { a: {} });

    expect(await target.parking.list(books, everything)).toEqual([]);
    expect(await target.parking.count(books)).toBe(0);
  }),
  parkingCase(
    "parks streams in the step that passes over them, changes them and frees them, exactly as given",
    async (target) => {
      await target.prepare([books]);
      const [a, b] = [parkedAs("order-a"), parkedAs("order-b", { error: { name: "Error", message: "" } })];
      const later = { ...a, waiting: 3, lastVersion: 5, lastPosition: 2 ** 41 };

      expect(await park(target, books, { "order-a": a, "order-b": b })).toEqual({ ok: true });
      expect(await target.parking.list(books, everything)).toEqual([a, b]);
      expect(await park(target, books, { "order-a": later })).toEqual({ ok: true });
      expect(await target.parking.list(books, everything)).toEqual([later, b]);
      expect(await target.parking.count(books)).toBe(2);
      expect(await park(target, books, { "order-a": null, "order-c": null })).toEqual({ ok: true });

      expect(await target.parking.list(books, everything)).toEqual([b]);
      expect(await target.checkpoint(books, "0")).toBe(3);
    },
  ),
  parkingCase("lists by name in the order of code points, page by page, of one partition or of all", async (target) => {
    await target.prepare([books]);
    const names = ["Z", "a", "a-1", "a-10", "a-2", "\u00e9", "\uff5e", "\u{1f4a5}"];
    const entries = names.map((name, index) => parkedAs(name, { partition: String(index % 2) }));
    await park(target, books, Object.fromEntries(entries.toReversed().map((entry) => [entry.stream, entry])));

    expect(await target.parking.list(books, everything)).toEqual(entries);
    expect(await target.parking.list(books, { limit: 3 })).toEqual(entries.slice(0, 3));
    expect(await target.parking.list(books, { after: "a-1", limit: 2 })).toEqual(entries.slice(3, 5));
    const odd = entries.filter(({ partition }) => partition === "1");
    expect(await target.parking.list(books, { partition: "1", ...everything })).toEqual(odd);
    expect(await target.parking.list(books, { partition: "1", after: "a", limit: 2 })).toEqual(odd.slice(1, 3));
    expect(await target.parking.list(books, { partition: "2", ...everything })).toEqual([]);
  }),
  parkingCase("gives the entry of one stream, and nothing for others", async (target) => {
    await target.prepare([books, loans]);
    const entry = parkedAs("order-a");
    await park(target, books, { "order-a": entry });

    expect(await target.parking.get(books, "order-a")).toEqual(entry);
    expect(await target.parking.get(books, "order-A")).toBeUndefined();
    expect(await target.parking.get(loans, "order-a")).toBeUndefined();
  }),
  parkingCase("says with the checkpoint whether any stream of its partition is parked", async (target) => {
    await target.prepare([books, loans]);
    const reached = (model: ReadModel, partition: string) => target.parking.reached(model, partition);
    expect(await reached(books, "0")).toEqual({ position: 0, isParking: false });

    const [a, b] = [parkedAs("order-a"), parkedAs("order-b")];
    await park(target, books, { "order-a": a, "order-b": b }, { stillParked: 2 });
    expect(await reached(books, "0")).toEqual({ position: 1, isParking: true });
    await park(target, books, {});
    expect(await reached(books, "0")).toEqual({ position: 2, isParking: true });
    await park(target, books, { "order-a": null }, { stillParked: 1 });
    expect(await reached(books, "0")).toEqual({ position: 3, isParking: true });
    expect(await reached(books, "1")).toEqual({ position: 0, isParking: false });
    expect(await reached(loans, "0")).toEqual({ position: 0, isParking: false });
    await park(target, books, { "order-b": null }, { stillParked: 0 });

    expect(await reached(books, "0")).toEqual({ position: 4, isParking: false });
  }),
  parkingCase("keeps what is parked apart by read model and version", async (target) => {
    const newer = { ...books, version: 2 };
    await target.prepare([books, newer, loans]);
    await park(target, books, { "order-a": parkedAs("order-a") });
    await park(target, loans, { "order-b": parkedAs("order-b") });

    await park(target, newer, { "order-a": null });

    expect(await target.parking.list(books, everything)).toEqual([parkedAs("order-a")]);
    expect(await target.parking.list(loans, everything)).toEqual([parkedAs("order-b")]);
    expect(await target.parking.count(newer)).toBe(0);
  }),
  parkingCase("forgets what is parked of a build that is dropped, and of no other", async (target) => {
    const again = { ...books, build: 1 };
    await target.prepare([books]);
    await target.prepare([again]);
    await park(target, books, { "order-a": parkedAs("order-a") });
    await park(target, again, { "order-b": parkedAs("order-b") });
    expect(await target.parking.list(again, everything)).toEqual([parkedAs("order-b")]);

    await target.builds.drop(again);
    await target.prepare([again]);

    expect(await target.parking.count(again)).toBe(0);
    expect(await target.parking.list(books, everything)).toEqual([parkedAs("order-a")]);
  }),
  parkingCase("parks and frees nothing in a step from another checkpoint", async (target) => {
    await target.prepare([books]);
    await park(target, books, { "order-a": parkedAs("order-a") });

    const result = await park(target, books, { "order-a": null, "order-b": parkedAs("order-b") }, { expected: 0 });

    expect(result).toMatchObject({ ok: false, reason: "checkpoint-moved" });
    expect(await target.parking.list(books, everything)).toEqual([parkedAs("order-a")]);
  }),
  parkingCase("parks and frees nothing in a step under another epoch", async (target) => {
    await target.prepare([books]);
    await target.leases.replace(books, undefined, { epoch: 2, holder: "worker b", beat: 1 });
    await park(target, books, { "order-a": parkedAs("order-a") }, { epoch: 2 });

    const result = await park(target, books, { "order-a": null, "order-b": parkedAs("order-b") }, { epoch: 1 });

    expect(result).toEqual({ ok: false, reason: "lease-lost" });
    expect(await target.parking.list(books, everything)).toEqual([parkedAs("order-a")]);
  }),
  parkingCase("parks nothing when a row of the step cannot be stored", async (target) => {
    await shelve(target, books, { a: {} });
    const parked = [{ stream: "order-a", entry: parkedAs("order-a") }];
    const rows = [{ key: "a", row: book({ pages: 0.5 }) }];

    const writing = target.write(books, { partition: "0", expected: 1, next: 2, rows, facts: [], parked });

    await expect(writing).rejects.toMatchObject({ code: "invalid-row" });
    expect(await target.parking.count(books)).toBe(0);
  }),
  parkingCase(
    "takes a step of a redrive without moving the checkpoint: rows, and the entry that moves on",
    async (target) => {
      await shelve(target, books, { a: {} });
      await park(target, books, { "order-a": parkedAs("order-a", { version: 1, position: 1 }) });
      const redriven = { source: "parked order-a", through: 1 };
      const step = { partition: "0", expected: 2, next: 2, facts: [], redriven };
      const found = await target.loadDocuments?.(books, redriven.source, ["a", "b"]);
      const revisionOf = (key: string) => found && { revision: found.get(key)?.revision ?? null };
      const rows = [
        { key: "a", row: null, ...revisionOf("a") },
        { key: "b", row: book(), ...revisionOf("b") },
      ];

      const result = await target.write(books, { ...step, rows, parked: [{ stream: "order-a", entry: null }] });

      expect(result).toEqual({ ok: true });
      expect(await target.checkpoint(books, "0")).toBe(2);
      expect(await target.reader(books).find()).toEqual([shelved("b")]);
      expect(await target.parking.count(books)).toBe(0);
    },
  ),
  parkingCase("follows 150 parked streams, and writes 150 rows, in one step", async (target) => {
    await target.prepare([books]);
    const names = range(150).map((index) => `order-${1_000 + index}`);
    const rows = names.map((key) => ({ key, row: book() }));
    const parked = names.map((stream) => ({ stream, entry: parkedAs(stream) }));

    const result = await target.write(books, { partition: "0", expected: 0, next: 9, rows, facts: [], parked });

    expect(result).toEqual({ ok: true });
    expect(await target.parking.count(books)).toBe(150);
    expect(await target.parking.list(books, everything)).toEqual(names.map((stream) => parkedAs(stream)));
    expect(await target.reader(books).count()).toBe(150);
  }),
  {
    defends: "G5",
    title: "has what is parked again when it is reopened",
    async run({ readModels }, { reopen }) {
      await readModels.prepare([books]);
      await park(readModels, books, { "order-a": parkedAs("order-a") });

      const again = await reopen();
      await again.readModels.prepare([books]);

      expect(await again.readModels.parking.list(books, everything)).toEqual([parkedAs("order-a")]);
    },
  },
];

/** Facts: rows that are only ever added, each by the place it came from. */
import { expect } from "vitest";
import { loans, range } from "../example.ts";
import { type TargetCase, take, unstorable } from "./target-case.ts";

const fact = (position: number, index: number, book: string, days = position) => ({
  position,
  index,
  row: { book, days },
});

export const facts: readonly TargetCase[] = [
  {
    defends: "G4",
    title: "adds each fact once, although its step is written again",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      const step = {
        partition: "0",
        expected: 0,
        next: 2,
        rows: [],
        facts: [fact(1, 0, "a"), fact(1, 1, "b"), fact(2, 0, "a")],
      };

      expect(await readModels.write(loans, step)).toEqual({ ok: true });
      const again = await readModels.write(loans, step);

      expect(again).toEqual({ ok: false, reason: "checkpoint-moved", actual: 2 });
      expect(await readModels.reader(loans).count()).toBe(3);
    },
  },
  {
    defends: "G4",
    title: "adds the facts of exactly one of 20 concurrent writers",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      const stepOf = (writer: number) => {
        const added = range(3).map((position) => fact(position + 1, 0, `writer-${writer}`));
        return readModels.write(loans, { partition: "0", expected: 0, next: 3, rows: [], facts: added });
      };

      const results = await Promise.all(range(20).map(stepOf));

      const winner = range(20).find((writer) => results[writer]?.ok);
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await readModels.reader(loans).find()).toEqual(
        range(3).map((index) => ({ book: `writer-${winner}`, days: index + 1 })),
      );
    },
  },
  {
    defends: "G4",
    title: "adds no fact and moves no checkpoint when a fact in the middle of a step cannot be stored",
    async run({ readModels }) {
      const notes = {
        ...loans,
        name: "notes",
        columns: { ...loans.columns, note: { type: "json", key: false, nullable: false } },
      } as const;
      await readModels.prepare([notes]);
      const stepWith = (note: unknown) => {
        const added = [null, note, null].map((value, index) => ({
          position: 1,
          index,
          row: { book: "a", days: 1, note: value },
        }));
        return readModels.write(notes, { partition: "0", expected: 0, next: 1, rows: [], facts: added });
      };

      await expect(stepWith(unstorable())).rejects.toMatchObject({ code: "invalid-row" });

      expect(await readModels.checkpoint(notes, "0")).toBe(0);
      expect(await readModels.reader(notes).count()).toBe(0);
      expect(await stepWith("storable")).toEqual({ ok: true });
      expect(await readModels.reader(notes).count()).toBe(3);
    },
  },
  {
    defends: "Port",
    title: "finds facts in feed order, over several steps and beyond ten of one event",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      const many = range(12).map((index) => fact(9, index, `book-${index}`, 7));

      await take(readModels, loans, { facts: many });
      await take(readModels, loans, { facts: [fact(10, 0, "a", 7), fact(100, 0, "b", 7), fact(100, 1, "c", 3)] });

      const found = await readModels.reader(loans).find();
      expect(found.map(({ book }) => book)).toEqual([...many.map(({ row }) => row.book), "a", "b", "c"]);
      const byDays = await readModels.reader(loans).find({ orderBy: [["days", "asc"]], limit: 3, offset: 0 });
      expect(byDays.map(({ book }) => book)).toEqual(["c", "book-0", "book-1"]);
    },
  },
  {
    defends: "Port",
    title: "holds equal facts from several places and partitions, filters and counts them, and has no keys",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      const same = [fact(1, 0, "a", 7), fact(1, 1, "a", 7), fact(2, 0, "b", 7)];
      await take(readModels, loans, { facts: same });
      await take(readModels, loans, { facts: same, partition: "1" });

      const reader = readModels.reader(loans);
      expect(await reader.count()).toBe(6);
      expect(await reader.count({ book: "a" })).toBe(4);
      expect(await reader.find({ where: { book: "b" } })).toStrictEqual(range(2).map(() => ({ book: "b", days: 7 })));
      expect(await reader.get("a")).toBeUndefined();
    },
  },
];

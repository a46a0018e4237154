/** G4: rows and checkpoint change together, or not at all. */
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { keysOf, shelve, shelved, type TargetCase, take, unstorable } from "./target-case.ts";

const mostAttempts = 1_000;

export const checkpoint: readonly TargetCase[] = [
  {
    defends: "G4",
    title: "starts at checkpoint 0, without rows",
    async run({ readModels }) {
      await readModels.prepare([books, loans]);

      expect(await readModels.checkpoint(books, "0")).toBe(0);
      expect(await readModels.checkpoint(loans, "any other")).toBe(0);
      expect(await readModels.load(books, ["a"])).toEqual(new Map());
      expect(await readModels.reader(books).count()).toBe(0);
      expect(await readModels.reader(loans).find()).toEqual([]);
    },
  },
  {
    defends: "G4",
    title: "writes rows and checkpoint in one step",
    async run({ readModels }) {
      await readModels.prepare([books]);

      const rows = [{ key: "a", row: book() }];
      const result = await readModels.write(books, { partition: "0", expected: 0, next: 17, rows, facts: [] });

      expect(result).toEqual({ ok: true });
      expect(await readModels.checkpoint(books, "0")).toBe(17);
      expect(await readModels.load(books, ["a"])).toEqual(new Map([["a", shelved("a")]]));
    },
  },
  {
    defends: "G4",
    title: "moves the checkpoint over events that change no row",
    async run({ readModels }) {
      await readModels.prepare([books]);

      const result = await readModels.write(books, { partition: "0", expected: 0, next: 2 ** 40, rows: [], facts: [] });

      expect(result).toEqual({ ok: true });
      expect(await readModels.checkpoint(books, "0")).toBe(2 ** 40);
    },
  },
  ...[0, 1, 3].map(
    (expected): TargetCase => ({
      defends: "G4",
      title: `refuses a step from checkpoint ${expected} at checkpoint 2, and writes none of it`,
      async run({ readModels }) {
        await shelve(readModels, books, { a: {}, b: {} });
        await take(readModels, books, {});

        const rows = [
          { key: "a", row: book({ title: "Changed" }) },
          { key: "b", row: null },
          { key: "c", row: book() },
        ];
        const result = await readModels.write(books, { partition: "0", expected, next: 9, rows, facts: [] });

        expect(result).toEqual({ ok: false, reason: "checkpoint-moved", actual: 2 });
        expect(await readModels.checkpoint(books, "0")).toBe(2);
        expect(await readModels.reader(books).find()).toEqual([shelved("a"), shelved("b")]);
      },
    }),
  ),
  {
    defends: "G4",
    title: "does nothing when the same step is written again",
    async run({ readModels }) {
      await readModels.prepare([books]);
      const step = { partition: "0", expected: 0, next: 1, rows: [{ key: "a", row: book() }], facts: [] };
      await readModels.write(books, step);
      await take(readModels, books, { rows: [{ key: "a", row: book({ title: "Newer" }) }] });

      const result = await readModels.write(books, step);

      expect(result).toEqual({ ok: false, reason: "checkpoint-moved", actual: 2 });
      expect(await readModels.reader(books).get("a")).toEqual(shelved("a", { title: "Newer" }));
    },
  },
  {
    defends: "G4",
    title: "lets exactly one of 20 concurrent writers take a step, whole",
    async run({ readModels }) {
      await readModels.prepare([books]);
      const stepOf = (writer: number) => {
        const rows = [
          { key: "shared", row: book({ pages: writer }) },
          { key: `own-${writer}`, row: book() },
        ];
        return readModels.write(books, { partition: "0", expected: 0, next: writer + 1, rows, facts: [] });
      };

      const results = await Promise.all(range(20).map(stepOf));

      const winners = range(20).filter((writer) => results[writer]?.ok);
      expect(winners).toHaveLength(1);
      const [winner] = winners as [number];
      const lost = { ok: false, reason: "checkpoint-moved", actual: winner + 1 };
      expect(results.filter(({ ok }) => !ok)).toEqual(range(19).map(() => lost));
      expect(await readModels.checkpoint(books, "0")).toBe(winner + 1);
      expect(await readModels.reader(books).find()).toEqual([
        shelved(`own-${winner}`),
        shelved("shared", { pages: winner }),
      ]);
    },
  },
  {
    defends: "G4",
    title: "counts exactly when 10 workers race to count to 200 in the same row",
    async run({ readModels }) {
      await readModels.prepare([books]);
      const countOne = async () => {
        for (let attempt = 0; attempt < mostAttempts; attempt++) {
          const expected = await readModels.checkpoint(books, "0");
          const pages = ((await readModels.load(books, ["a"])).get("a")?.pages as number | undefined) ?? 0;
          const rows = [{ key: "a", row: book({ pages: pages + 1 }) }];
          const result = await readModels.write(books, {
            partition: "0",
            expected,
            next: expected + 1,
            rows,
            facts: [],
          });
          if (result.ok) return;
        }
        throw new Error(`Lost ${mostAttempts} races for a checkpoint.`);
      };

      await Promise.all(
        range(10).map(async () => {
          for (const _ of range(20)) await countOne();
        }),
      );

      expect(await readModels.reader(books).get("a")).toEqual(shelved("a", { pages: 200 }));
      expect(await readModels.checkpoint(books, "0")).toBe(200);
    },
  },
  {
    defends: "G4",
    title: "leaves rows and checkpoint as they were when a row in the middle of a step cannot be stored",
    async run({ readModels }) {
      await shelve(readModels, books, { a: {}, b: {} });
      const stepWith = (details: unknown) => {
        const rows = [
          { key: "a", row: null },
          { key: "b", row: book({ title: "Changed" }) },
          { key: "c", row: book({ details }) },
          { key: "d", row: book() },
        ];
        return readModels.write(books, { partition: "0", expected: 1, next: 2, rows, facts: [] });
      };

      await expect(stepWith(unstorable())).rejects.toMatchObject({ code: "invalid-row" });

      expect(await readModels.checkpoint(books, "0")).toBe(1);
      expect(await readModels.reader(books).find()).toEqual([shelved("a"), shelved("b")]);
      expect(await stepWith("storable")).toEqual({ ok: true });
      expect(keysOf(await readModels.reader(books).find())).toEqual(["b", "c", "d"]);
    },
  },
  {
    defends: "G4",
    title: "keeps a checkpoint for each partition",
    async run({ readModels }) {
      await readModels.prepare([books]);
      const stepIn = (partition: string, next: number) =>
        readModels.write(books, { partition, expected: 0, next, rows: [{ key: partition, row: book() }], facts: [] });

      const results = await Promise.all([stepIn("0", 5), stepIn("1", 7), stepIn("10", 9)]);

      expect(results).toEqual(range(3).map(() => ({ ok: true })));
      expect(await readModels.checkpoint(books, "0")).toBe(5);
      expect(await readModels.checkpoint(books, "1")).toBe(7);
      expect(await readModels.checkpoint(books, "10")).toBe(9);
      expect(keysOf(await readModels.reader(books).find())).toEqual(["0", "1", "10"]);
    },
  },
  {
    defends: "G4",
    title: "keeps read models apart, rows and checkpoints",
    async run({ readModels }) {
      const magazines = { ...books, name: "magazines" };
      await shelve(readModels, books, { a: {} });
      await shelve(readModels, magazines, { a: { title: "Weekly" }, b: {} });
      await take(readModels, magazines, {});

      expect(await readModels.checkpoint(books, "0")).toBe(1);
      expect(await readModels.checkpoint(magazines, "0")).toBe(2);
      expect(await readModels.reader(books).find()).toEqual([shelved("a")]);
      expect(await readModels.reader(magazines).search("weekly")).toEqual([shelved("a", { title: "Weekly" })]);
    },
  },
];

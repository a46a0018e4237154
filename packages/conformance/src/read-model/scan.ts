/** Scans: every row as it is stored, for audits and comparisons; and what repairs write. */
import { factKey, type ReadModel, type ReadModelStore, type ScannedRow } from "foldstream/port";
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { shelve, shelved, type TargetCase, take } from "./target-case.ts";

/** All pages of a scan, one after the other. */
async function scanAll(target: ReadModelStore, model: ReadModel, limit: number): Promise<readonly ScannedRow[]> {
  const rows: ScannedRow[] = [];
  let after: string | undefined;
  do {
    const page = await target.scan(model, { limit, ...(after !== undefined && { after }) });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    after = page.next;
    expect(rows.length).toBeLessThan(10_000);
  } while (after !== undefined);
  return rows;
}

const fact = (position: number, index: number, days: number) => ({ position, index, row: { book: "a", days } });

const keysByCodePoint = ["1", "10", "9", "A", "a", "a ", "a!", "aa", "é", "ﬀ", "👍"];

export const scan: readonly TargetCase[] = [
  {
    defends: "G8",
    title: "scans every row once, by key in the order of code points, whatever the size of pages",
    async run({ readModels }) {
      const keys = [...range(300).map((index) => `b-${1_000 + index}`), ...keysByCodePoint];
      await shelve(readModels, books, Object.fromEntries(keys.map((key, pages) => [key, { pages }])));

      const sorted = [...keysByCodePoint.slice(0, 8), ...keys.slice(0, 300), ...keysByCodePoint.slice(8)];
      for (const limit of [7, 100, 1_000])
        expect((await scanAll(readModels, books, limit)).map(({ key }) => key)).toEqual(sorted);
    },
  },
  {
    defends: "G8",
    title: "scans rows as readers give them, only those that are there, and only its own",
    async run({ readModels }) {
      const details = { list: [1, null, { deep: "é" }], none: null };
      const first = { title: "First", price: 0.1, lent: false, soldAt: "2025-11-21T19:04:05.001Z", details };
      await shelve(readModels, books, { a: first, b: {}, c: {} });
      await readModels.prepare([loans, { ...books, version: 2 }]);
      await take(readModels, { ...books, version: 2 }, { rows: [{ key: "other", row: book() }] });
      await take(readModels, loans, { facts: [fact(1, 0, 3)] });
      await take(readModels, books, { rows: [{ key: "b", row: null }] });

      const rows = await scanAll(readModels, books, 10);

      expect(rows).toMatchObject([
        { key: "a", row: shelved("a", first) },
        { key: "c", row: shelved("c") },
      ]);
      expect(
        rows.every((row) => "row" in row && Object.keys(row.row).length === Object.keys(books.columns).length),
      ).toBe(true);
    },
  },
  {
    defends: "G8",
    title: "scans among keys: the rows of those that have one",
    async run({ readModels }) {
      await shelve(readModels, books, { a: {}, b: { pages: 7 }, "it's": {}, "👍": {} });

      const { rows, next } = await readModels.scan(books, { limit: 10, among: ["👍", "never there", "it's", "b"] });

      expect(rows.map((row) => "row" in row && row.row)).toEqual([
        shelved("b", { pages: 7 }),
        shelved("it's"),
        shelved("👍"),
      ]);
      expect(next).toBeUndefined();
      expect((await readModels.scan(books, { limit: 10, among: [] })).rows).toEqual([]);
    },
  },
  {
    defends: "G8",
    title: "scans facts by partition, position and index, each under its place",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      const [late, many] = [[fact(100, 0, 3)], range(12).map((index) => fact(9, index, index))];
      await take(readModels, loans, { facts: [fact(1, 0, 1)], partition: "1" });
      await take(readModels, loans, { facts: many });
      await take(readModels, loans, { facts: late });

      const expected = [...many, ...late].map(({ position, index, row }) => ({
        key: factKey({ partition: "0", position, index }),
        row,
      }));
      const other = { key: factKey({ partition: "1", position: 1, index: 0 }), row: { book: "a", days: 1 } };
      for (const limit of [1, 5, 100]) expect(await scanAll(readModels, loans, limit)).toEqual([...expected, other]);
    },
  },
  {
    defends: "G8",
    title: "repairs rows at an unchanged checkpoint, and refuses when it has moved",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Wrong" }, b: {}, c: {} });
      const rows = [
        { key: "a", row: book({ title: "Right" }) },
        { key: "b", row: null },
      ];
      const repair = { partition: "0", expected: 1, next: 1, rows, facts: [] };

      expect(await readModels.write(books, repair)).toEqual({ ok: true });

      expect((await scanAll(readModels, books, 10)).map((row) => "row" in row && row.row)).toEqual([
        shelved("a", { title: "Right" }),
        shelved("c"),
      ]);
      expect(await readModels.checkpoint(books, "0")).toBe(1);
      await take(readModels, books, {});
      expect(await readModels.write(books, repair)).toEqual({ ok: false, reason: "checkpoint-moved", actual: 2 });
    },
  },
  {
    defends: "G8",
    title: "takes facts out again, from every way to read them, only where it is told to",
    async run({ readModels }) {
      await readModels.prepare([loans]);
      await take(readModels, loans, { facts: [fact(1, 0, 1)], partition: "1" });
      await take(readModels, loans, { facts: [fact(1, 0, 2), fact(1, 1, 3), fact(2, 0, 4)] });
      const gone = (position: number, index: number) => ({ position, index, row: null });
      const facts = [gone(1, 0), gone(7, 0), fact(2, 0, 5)];

      const repair = { partition: "0", expected: 1, next: 1, rows: [], facts };

      expect(await readModels.write(loans, repair)).toEqual({ ok: true });
      const days = (await scanAll(readModels, loans, 10)).map((row) => "row" in row && row.row.days);
      expect(days).toEqual([3, 5, 1]);
      expect(await readModels.reader(loans).count()).toBe(3);
      expect(await readModels.write(loans, { ...repair, expected: 0 })).toMatchObject({ ok: false });
    },
  },
];

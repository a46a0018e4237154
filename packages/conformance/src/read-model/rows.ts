/** Rows: what is written under a key is what is read under it. */
import type { Row } from "foldstream/port";
import { expect } from "vitest";
import { book, books, range } from "../example.ts";
import { keysOf, shelve, shelved, type TargetCase, take } from "./target-case.ts";

const awkwardTexts = [
  "",
  " ",
  "é e\u0301 ß",
  "漢字 𝒳 👩‍👩‍👧",
  `it's "quoted" \\ %_ ? $1 :a`,
  "'; DROP TABLE books; --",
  "\t\r\n\u2028",
  "0",
  "x".repeat(100_000),
];

/** Values by column, each of which must survive unchanged. */
const valuesByColumn: Readonly<Record<string, readonly unknown[]>> = {
  title: awkwardTexts,
  author: [null, ...awkwardTexts],
  pages: [0, 1, -1, 2 ** 31, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  shelf: [null, 0, Number.MAX_SAFE_INTEGER],
  rating: [0, 3, 0.1, -1.5, 1 / 3, 5e-324, Number.MAX_VALUE, 2 ** 53, 1e21],
  price: [null, 0, 0.1],
  inPrint: [true, false],
  lent: [null, true, false],
  addedAt: ["1970-01-01T00:00:00.000Z", "2025-11-21T19:04:05.678Z", "9999-12-31T23:59:59.999Z"],
  soldAt: [null, "2025-11-21T19:04:05.001Z"],
};

const jsonValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1.5,
  "",
  "null",
  '"quoted"',
  [],
  {},
  [null, [[]], { a: [{}] }],
  { "": 1, "key with 'quotes'": "é 👍", nested: { deep: { deeper: [1, 2, { three: 3 }] } }, nothing: null },
  range(200).reduce<unknown>((inner) => [inner], "deep"),
];

function fidelityCase(column: string, values: readonly unknown[]): TargetCase {
  return {
    defends: "Port",
    title: `keeps every value of the ${books.columns[column]?.type} column "${column}"`,
    async run({ readModels }) {
      const written = Object.fromEntries(values.map((value, index) => [`key-${100 + index}`, { [column]: value }]));
      await shelve(readModels, books, written);
      const expected = Object.entries(written).map(([key, change]) => shelved(key, change));

      const loaded = await readModels.load(books, Object.keys(written));
      expect(keysOf(expected).map((key) => loaded.get(key as string))).toStrictEqual(expected);
      expect(await readModels.reader(books).find()).toStrictEqual(expected);
      for (const row of expected) expect(await readModels.reader(books).get(row.id as string)).toStrictEqual(row);
    },
  };
}

export const rows: readonly TargetCase[] = [
  ...Object.entries({ ...valuesByColumn, details: jsonValues }).map(([column, values]) => fidelityCase(column, values)),
  {
    defends: "Port",
    title: "gives negative zero back as a zero",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { rating: -0, pages: -0 } });

      const row = await readModels.reader(books).get("a");

      expect([row?.rating === 0, row?.pages === 0]).toEqual([true, true]);
    },
  },
  {
    defends: "Port",
    title: "keeps keys apart, whatever they are made of",
    async run({ readModels }) {
      const keys = [
        "a",
        "A",
        "á",
        "a\u0301",
        "a ",
        " a",
        "a'",
        'a"',
        "a%",
        "a\\",
        "1",
        "01",
        "1.0",
        "👍",
        "ключ",
        "null",
        "x".repeat(500),
      ];
      await shelve(readModels, books, Object.fromEntries(keys.map((key, index) => [key, { pages: index }])));

      await take(readModels, books, { rows: [{ key: "A", row: null }] });

      const kept = keys.filter((key) => key !== "A");
      const loaded = await readModels.load(books, keys);
      expect(new Set(loaded.keys())).toEqual(new Set(kept));
      expect(kept.map((key) => loaded.get(key)?.pages)).toEqual(kept.map((key) => keys.indexOf(key)));
      for (const key of kept) expect((await readModels.reader(books).get(key))?.id).toBe(key);
      expect(await readModels.reader(books).get("A")).toBeUndefined();
    },
  },
  {
    defends: "Port",
    title: "replaces a row whole",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { author: "Ada", shelf: 3, lent: true, details: { pages: [1] } } });

      await take(readModels, books, { rows: [{ key: "a", row: book({ title: "Second" }) }] });

      expect(await readModels.reader(books).find()).toEqual([shelved("a", { title: "Second" })]);
    },
  },
  {
    defends: "Port",
    title: "deletes the row of a key, from every way to read it, and lets it come back",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Gone" }, b: {} });

      await take(readModels, books, {
        rows: [
          { key: "a", row: null },
          { key: "never there", row: null },
        ],
      });

      const reader = readModels.reader(books);
      expect(await readModels.load(books, ["a", "b"])).toEqual(new Map([["b", shelved("b")]]));
      expect(await reader.get("a")).toBeUndefined();
      expect(keysOf(await reader.find())).toEqual(["b"]);
      expect(await reader.count()).toBe(1);
      expect(await reader.search("gone")).toEqual([]);
      await take(readModels, books, { rows: [{ key: "a", row: book({ title: "Back" }) }] });
      expect(await reader.search("back")).toEqual([shelved("a", { title: "Back" })]);
    },
  },
  {
    defends: "Port",
    title: "writes 2,000 rows in a step, and loads the ones that exist among 5,000 keys",
    async run({ readModels }) {
      await shelve(
        readModels,
        books,
        Object.fromEntries(range(2_000).map((index) => [`key-${index * 2}`, { pages: index * 2 }])),
      );

      const loaded = await readModels.load(
        books,
        range(5_000).map((index) => `key-${index}`),
      );

      expect(loaded.size).toBe(2_000);
      expect([...loaded].every(([key, row]) => key === row.id && key === `key-${row.pages}`)).toBe(true);
      expect(await readModels.load(books, [])).toEqual(new Map());
      expect(await readModels.reader(books).count()).toBe(2_000);
    },
  },
  {
    defends: "Port",
    title: "hands out copies: whoever changes a row that was written or read changes nothing",
    async run({ readModels }) {
      const details = { tags: ["first"] };
      await shelve(readModels, books, { a: { details } });
      const spoil = (row: Row | undefined) => (row?.details as typeof details | undefined)?.tags.push("spoilt");

      details.tags.push("spoilt");
      spoil((await readModels.load(books, ["a"])).get("a"));
      spoil(await readModels.reader(books).get("a"));
      spoil((await readModels.reader(books).find())[0]);
      spoil((await readModels.reader(books).search("untitled"))[0]);

      expect(await readModels.reader(books).get("a")).toEqual(shelved("a", { details: { tags: ["first"] } }));
    },
  },
];

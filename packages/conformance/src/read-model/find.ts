/** Finding, sorting, paging and counting rows. */
import * as fc from "fast-check";
import type { FindOptions, Row } from "foldstream/port";
import { expect } from "vitest";
import { books, range } from "../example.ts";
import { keysOf, shelve, type TargetCase } from "./target-case.ts";

const library: Readonly<Record<string, Row>> = {
  a: { title: "Zebra", author: "Ada", pages: 300, rating: 4.5, inPrint: true, addedAt: "2025-01-02T00:00:00.000Z" },
  b: { title: "apple", author: "Ben", pages: 20, rating: -1, inPrint: false, lent: false, shelf: 2 },
  c: { title: "éclair", author: "Ada", pages: 300, rating: 0.1, inPrint: false, lent: true, price: 9.99 },
  d: { title: "Apple", author: null, pages: 100, rating: 4.5, inPrint: true, soldAt: "2025-01-03T00:00:00.001Z" },
  e: { title: "\uff5e", author: "ada", pages: 9, rating: 10, inPrint: true, shelf: 10 },
  f: { title: "👍", author: "", pages: -5, rating: 2, inPrint: false, shelf: 1 },
};

const conditions: readonly (readonly [Partial<Row>, string])[] = [
  [{}, "abcdef"],
  [{ author: "Ada" }, "ac"],
  [{ author: null }, "d"],
  [{ author: "" }, "f"],
  [{ author: "A" }, ""],
  [{ author: "%" }, ""],
  [{ title: "👍" }, "f"],
  [{ id: "b" }, "b"],
  [{ pages: 300 }, "ac"],
  [{ pages: -5 }, "f"],
  [{ rating: 0.1 }, "c"],
  [{ price: 9.99 }, "c"],
  [{ price: null }, "abdef"],
  [{ inPrint: true }, "ade"],
  [{ inPrint: false }, "bcf"],
  [{ lent: null }, "adef"],
  [{ lent: false }, "b"],
  [{ addedAt: "2025-01-02T00:00:00.000Z" }, "a"],
  [{ soldAt: "2025-01-03T00:00:00.001Z" }, "d"],
  [{ pages: 300, inPrint: false }, "c"],
  [{ pages: 300, inPrint: false, author: null }, ""],
];

const orders: readonly (readonly [FindOptions<Row>["orderBy"] & object, string])[] = [
  [[], "abcdef"],
  [[["title", "asc"]], "dabcef"],
  [[["title", "desc"]], "fecbad"],
  [[["pages", "asc"]], "febdac"],
  [[["pages", "desc"]], "acdbef"],
  [[["rating", "asc"]], "bcfade"],
  [[["inPrint", "asc"]], "bcfade"],
  [[["inPrint", "desc"]], "adebcf"],
  [[["lent", "asc"]], "adefbc"],
  [[["lent", "desc"]], "cbadef"],
  [[["author", "asc"]], "dfacbe"],
  [[["author", "desc"]], "ebacfd"],
  [[["shelf", "asc"]], "acdfbe"],
  [[["addedAt", "asc"]], "abcdef"],
  [[["addedAt", "desc"]], "bcdefa"],
  [[["id", "desc"]], "fedcba"],
  [
    [
      ["inPrint", "desc"],
      ["rating", "desc"],
    ],
    "eadfcb",
  ],
  [
    [
      ["author", "asc"],
      ["title", "desc"],
      ["id", "asc"],
    ],
    "dfcabe",
  ],
];

const unknownColumns = ["no_such_column", "constructor", "__proto__", 'title" OR 1=1 --', ""];

export const find: readonly TargetCase[] = [
  {
    defends: "Port",
    title: "finds and counts the rows that equal all conditions, of every type, null included",
    async run({ readModels }) {
      await shelve(readModels, books, library);
      const reader = readModels.reader(books);

      for (const [where, keys] of conditions) {
        expect(keysOf(await reader.find({ where })).join(""), JSON.stringify(where)).toBe(keys);
        expect(await reader.count(where), JSON.stringify(where)).toBe(keys.length);
      }
      expect(await reader.count()).toBe(6);
    },
  },
  {
    defends: "Port",
    title: "sorts by every type: text by code point, null first, ties by key in ascending order",
    async run({ readModels }) {
      await shelve(readModels, books, library);

      for (const [orderBy, keys] of orders) {
        const found = await readModels.reader(books).find({ orderBy });
        expect(keysOf(found).join(""), JSON.stringify(orderBy)).toBe(keys);
      }
    },
  },
  {
    defends: "Port",
    title: "sorts keys by code point",
    async run({ readModels }) {
      const keys = ["10", "9", "A", "B", "a", "é", "\uff5e", "👍"];
      await shelve(readModels, books, Object.fromEntries(keys.toReversed().map((key) => [key, {}])));

      expect(keysOf(await readModels.reader(books).find())).toEqual(keys);
    },
  },
  {
    defends: "Port",
    title: "finds the same rows in the same order whatever the size of the pages",
    async run({ readModels }) {
      const many = range(40).map((index) => [`key-${index}`, { pages: index % 4, inPrint: index % 3 > 0 }] as const);
      await shelve(readModels, books, Object.fromEntries(many));
      const reader = readModels.reader(books);
      const options = { where: { inPrint: true }, orderBy: [["pages", "desc"]] } as const;
      const whole = keysOf(await reader.find(options));

      expect(whole).toHaveLength(26);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
          const pages: unknown[] = [];
          for (let more = true; more && pages.length <= whole.length; ) {
            const page = await reader.find({ ...options, limit, offset: pages.length });
            pages.push(...keysOf(page));
            more = page.length > 0;
          }
          expect(pages).toEqual(whole);
        }),
        { numRuns: 8, examples: [[1], [25], [26], [27]] },
      );
    },
  },
  {
    defends: "Port",
    title: "finds 100 rows unless told otherwise, and 1,000 at most",
    async run({ readModels }) {
      await shelve(
        readModels,
        books,
        Object.fromEntries(range(1_001).map((index) => [`key-${index}`, { title: "same" }])),
      );
      const reader = readModels.reader(books);

      expect(await reader.find()).toHaveLength(100);
      expect(await reader.find({ limit: 1_000 })).toHaveLength(1_000);
      expect(await reader.find({ limit: 1_000, offset: 1_000 })).toHaveLength(1);
      expect(await reader.find({ offset: 5_000 })).toEqual([]);
      expect(await reader.search("same")).toHaveLength(100);
      expect(await reader.search("same", { limit: 1_000 })).toHaveLength(1_000);
      expect(await reader.search("same", { limit: 1 })).toHaveLength(1);
      expect(await reader.count()).toBe(1_001);
    },
  },
  {
    defends: "G9",
    title: "refuses limits and offsets that are not whole numbers within bounds",
    async run({ readModels }) {
      await shelve(readModels, books, library);
      const reader = readModels.reader(books);

      for (const limit of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(reader.find({ limit }), `find limit ${limit}`).rejects.toMatchObject({ code: "invalid-limit" });
        await expect(reader.search("apple", { limit }), `search limit ${limit}`).rejects.toMatchObject({
          code: "invalid-limit",
        });
      }
      for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(reader.find({ offset }), `offset ${offset}`).rejects.toMatchObject({ code: "invalid-limit" });
      }
    },
  },
  {
    defends: "G9",
    title: "refuses columns that the read model does not have",
    async run({ readModels }) {
      await shelve(readModels, books, library);
      const reader = readModels.reader(books);

      for (const column of unknownColumns) {
        const where = Object.fromEntries([[column, 1]]);
        await expect(reader.find({ where }), `where ${column}`).rejects.toMatchObject({ code: "unknown-name" });
        await expect(reader.count(where), `count ${column}`).rejects.toMatchObject({ code: "unknown-name" });
        const orderBy = [[column, "asc"]] as const;
        await expect(reader.find({ orderBy }), `order by ${column}`).rejects.toMatchObject({ code: "unknown-name" });
      }
    },
  },
];

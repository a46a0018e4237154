/** Full-text search: words by their beginnings. */
import type { Row } from "foldstream/port";
import { expect } from "vitest";
import { book, books, loans } from "../example.ts";
import { keysOf, shelve, type TargetCase, take } from "./target-case.ts";

const library: Readonly<Record<string, Row>> = {
  a: { title: "The Left Hand of Darkness", author: "Ursula K. Le Guin" },
  b: { title: "Cien años de soledad", author: "Gabriel García Márquez" },
  c: { title: "War and Peace", author: "Lev Tolstoy" },
  d: { title: "Tolstoy", author: "A. N. Wilson" },
  e: { title: "Война и мир: 1984", author: "Tolstoy's heirs" },
  f: { title: "Springtime", author: null },
  g: { title: "Cafe\u0301 no_such-thing", author: "源氏物語" },
};

/** What is searched for, and the keys found, in any order. */
const searches: readonly (readonly [string, string])[] = [
  ["darkness", "a"],
  ["DARK", "a"],
  ["d", "ab"],
  ["left guin", "a"],
  ["guin left", "a"],
  ["le gu", "a"],
  ["left soledad", ""],
  ["ring", ""],
  ["spring", "f"],
  ["springtimes", ""],
  ["garcia marquez", "b"],
  ["GARCÍA", "b"],
  ["garci\u0301a", "b"],
  ["anos", "b"],
  ["cafe", "g"],
  ["café", "g"],
  ["ВОЙНА", "e"],
  ["198", "e"],
  ["源氏", "g"],
  ["物語", ""],
  ["tolstoy's", "e"],
  ["such thing", "g"],
  ["such-thing", "g"],
  ["heirs tolstoy война", "e"],
];

/** Text that would mean something to a search engine, and here is only words. */
const syntax: readonly (readonly [string, string])[] = [
  ["war AND peace", "c"],
  ["war OR soledad", ""],
  ["NOT war", ""],
  ["title:war", ""],
  ["-war", "c"],
  ["+war", "c"],
  ['"peace war"', "c"],
  ["war*", "c"],
  ["w*r", ""],
  ["NEAR(war peace)", ""],
  ["(war", "c"],
  ["^peace", "c"],
  ['war"', "c"],
  ["{war} & peace | '", "c"],
  ["war\\", "c"],
  ["%", ""],
];

export const search: readonly TargetCase[] = [
  {
    defends: "Port",
    title: "finds rows that hold a word beginning with each word, in any column, without case and diacritics",
    async run({ readModels }) {
      await shelve(readModels, books, library);

      for (const [text, keys] of searches) {
        expect(
          keysOf(await readModels.reader(books).search(text))
            .sort()
            .join(""),
          text,
        ).toBe(keys);
      }
    },
  },
  {
    defends: "Port",
    title: "takes the syntax of search engines for words",
    async run({ readModels }) {
      await shelve(readModels, books, library);

      for (const [text, keys] of syntax) {
        expect(
          keysOf(await readModels.reader(books).search(text))
            .sort()
            .join(""),
          text,
        ).toBe(keys);
      }
    },
  },
  {
    defends: "Port",
    title: "finds nothing for text without words",
    async run({ readModels }) {
      await shelve(readModels, books, library);

      for (const text of ["", "  ", "*", '""', "-- !?", "👍"]) {
        expect(await readModels.reader(books).search(text), text).toEqual([]);
      }
    },
  },
  {
    defends: "Port",
    title: "puts a match in the first searched column before one in a later column",
    async run({ readModels }) {
      await shelve(readModels, books, library);

      expect(keysOf(await readModels.reader(books).search("tolstoy")).at(0)).toBe("d");
      expect(keysOf(await readModels.reader(books).search("tolstoy")).sort()).toEqual(["c", "d", "e"]);
      expect(keysOf(await readModels.reader(books).search("tolstoy", { limit: 1 }))).toEqual(["d"]);
    },
  },
  {
    defends: "Port",
    title: "gives whole rows, and follows their changes",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Before", details: { kept: [true] } } });

      await take(readModels, books, { rows: [{ key: "a", row: book({ title: "After", details: { kept: [1] } }) }] });

      const reader = readModels.reader(books);
      expect(await reader.search("before")).toEqual([]);
      expect(await reader.search("after")).toStrictEqual([
        { id: "a", ...book({ title: "After", details: { kept: [1] } }) },
      ]);
    },
  },
  {
    defends: "G9",
    title: "refuses to search a read model that declares no search",
    async run({ readModels }) {
      const plain = { ...books, name: "plain", search: [] };
      await readModels.prepare([plain, loans]);

      for (const model of [plain, loans]) {
        await expect(readModels.reader(model).search("anything")).rejects.toMatchObject({ code: "search-undeclared" });
      }
    },
  },
];

/** Read models over time: started again, built anew beside the old ones, reopened. */
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { keysOf, shelve, shelved, type TargetCase, take } from "./target-case.ts";

export const preparation: readonly TargetCase[] = [
  {
    defends: "G10",
    title: "leaves rows and checkpoint alone when it is prepared again",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Kept" } });

      await readModels.prepare([loans, books]);
      await readModels.prepare([books]);

      expect(await readModels.checkpoint(books, "0")).toBe(1);
      expect(await readModels.reader(books).find()).toEqual([shelved("a", { title: "Kept" })]);
      expect(keysOf(await readModels.reader(books).search("kept"))).toEqual(["a"]);
    },
  },
  {
    defends: "G10",
    title: "may be prepared by several at once",
    async run({ readModels }) {
      await Promise.all(range(5).map(() => readModels.prepare([books, loans])));

      await take(readModels, books, { rows: [{ key: "a", row: book() }] });
      expect(await readModels.reader(books).count()).toBe(1);
    },
  },
  {
    defends: "G4",
    title: "holds versions of a read model side by side, each with its own columns, rows and checkpoint",
    async run({ readModels }) {
      const { shelf: _, ...columns } = books.columns;
      const newer = { ...books, version: 2, columns, indexes: [["pages"]], search: ["title"] };
      await shelve(readModels, books, { a: { shelf: 1 }, b: {} });

      await readModels.prepare([newer]);

      const { shelf: __, ...slim } = book({ title: "New" });
      expect(await readModels.checkpoint(newer, "0")).toBe(0);
      expect(await readModels.reader(newer).find()).toEqual([]);
      await take(readModels, newer, {
        rows: [
          { key: "a", row: slim },
          { key: "c", row: slim },
        ],
      });
      await take(readModels, newer, { rows: [{ key: "c", row: null }] });
      expect(await readModels.reader(newer).find()).toEqual([{ id: "a", ...slim }]);
      expect(await readModels.checkpoint(newer, "0")).toBe(2);
      expect(await readModels.reader(books).find()).toEqual([shelved("a", { shelf: 1 }), shelved("b")]);
      expect(await readModels.reader(books).search("new")).toEqual([]);
      expect(await readModels.checkpoint(books, "0")).toBe(1);
    },
  },
  {
    defends: "G10",
    title: "has rows, facts and checkpoints again when it is reopened",
    async run({ readModels }, { reopen }) {
      await shelve(readModels, books, { a: { title: "Kept" } });
      await readModels.prepare([loans]);
      const facts = [{ position: 1, index: 0, row: { book: "a", days: 3 } }];
      await take(readModels, loans, { facts });

      const again = (await reopen()).readModels;
      await again.prepare([books, loans]);

      expect(await again.checkpoint(books, "0")).toBe(1);
      expect(await again.reader(books).search("kept")).toEqual([shelved("a", { title: "Kept" })]);
      expect(await again.reader(loans).find()).toEqual([{ book: "a", days: 3 }]);
      const stale = await again.write(loans, { partition: "0", expected: 0, next: 1, rows: [], facts });
      expect(stale).toEqual({ ok: false, reason: "checkpoint-moved", actual: 1 });
    },
  },
];

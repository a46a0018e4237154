/** Builds of a read model side by side, one of which serves. */
import type { Lease, ReadModel, ReadModelStore } from "foldstream/port";
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { shelve, shelved, type TargetCase, take } from "./target-case.ts";

const again: ReadModel = { ...books, build: 1 };
const third: ReadModel = { ...books, build: 2 };
const { shelf: _, ...slimColumns } = books.columns;
const newer: ReadModel = { ...books, version: 2, columns: slimColumns, indexes: [["pages"]], search: ["title"] };

/** Such as `1.0 live`. */
async function listed({ builds }: ReadModelStore, name = books.name): Promise<readonly string[]> {
  const found = await builds.list(name);
  return found.map(({ model, state }) => `${model.version}.${model.build ?? 0} ${state}`);
}

export const builds: readonly TargetCase[] = [
  {
    defends: "G7",
    title: "lists the builds that were prepared, by version, then build; the first of a name is live at once",
    async run({ readModels }) {
      expect(await readModels.builds.list("books")).toEqual([]);

      await readModels.prepare([again, loans]);
      await readModels.prepare([newer]);
      await readModels.prepare([books, again]);

      expect(await listed(readModels)).toEqual(["1.0 new", "1.1 live", "2.0 new"]);
      expect(await listed(readModels, "loans")).toEqual(["1.0 live"]);
    },
  },
  {
    defends: "G7",
    title: "keeps what a build was declared as, also after it is reopened and prepared by others",
    async run({ readModels }, { reopen }) {
      await readModels.prepare([books, loans]);

      const target = (await reopen()).readModels;
      await target.prepare([newer]);

      const [first, second] = await target.builds.list("books");
      expect(first).toEqual({ model: { ...books, build: 0 }, state: "live" });
      expect(second).toEqual({ model: { ...newer, build: 0 }, state: "new" });
      expect((await target.builds.list("loans"))[0]?.model).toEqual({ ...loans, build: 0 });
    },
  },
  {
    defends: "G7",
    title: "holds builds of a version side by side, each with its own rows, search, facts, checkpoint and lease",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Old" }, b: {} });
      await shelve(readModels, again, { a: { title: "Fresh" } });
      await take(readModels, again, { rows: [{ key: "c", row: book() }] });
      const newLoans = { ...loans, build: 1 };
      await readModels.prepare([loans, newLoans]);
      const facts = [{ position: 1, index: 0, row: { book: "a", days: 3 } }];
      await take(readModels, newLoans, { facts });
      await readModels.leases.replace(again, undefined, { epoch: 1, holder: "worker", beat: 1 });

      expect(await readModels.reader(books).find()).toEqual([shelved("a", { title: "Old" }), shelved("b")]);
      expect(await readModels.reader(again).find()).toEqual([shelved("a", { title: "Fresh" }), shelved("c")]);
      expect(await readModels.reader(books).search("fresh")).toEqual([]);
      expect(await readModels.reader(again).search("fresh")).toHaveLength(1);
      expect([await readModels.checkpoint(books, "0"), await readModels.checkpoint(again, "0")]).toEqual([1, 2]);
      expect(await readModels.reader(loans).count()).toBe(0);
      expect(await readModels.reader(newLoans).count()).toBe(1);
      expect(await readModels.leases.read([books])).toEqual([undefined]);
    },
  },
  {
    defends: "G7",
    title: "switches from the live build to another, and back, leaving the rows of both",
    async run({ readModels }) {
      await shelve(readModels, books, { a: { title: "Old" } });
      await shelve(readModels, again, { a: { title: "Fresh" } });

      expect(await readModels.builds.switchTo(books, again)).toBe(true);
      expect(await listed(readModels)).toEqual(["1.0 previous", "1.1 live"]);
      expect(await readModels.reader(books).find()).toEqual([shelved("a", { title: "Old" })]);
      expect(await readModels.reader(again).find()).toEqual([shelved("a", { title: "Fresh" })]);

      expect(await readModels.builds.switchTo(again, books)).toBe(true);
      expect(await listed(readModels)).toEqual(["1.0 live", "1.1 previous"]);
    },
  },
  {
    defends: "G7",
    title: "switches only from the build that is live, and only to one that was prepared",
    async run({ readModels }) {
      await readModels.prepare([books, again, loans]);

      expect(await readModels.builds.switchTo(again, books)).toBe(false);
      expect(await readModels.builds.switchTo(books, third)).toBe(false);
      expect(await readModels.builds.switchTo(books, newer)).toBe(false);
      expect(await listed(readModels)).toEqual(["1.0 live", "1.1 new"]);
    },
  },
  {
    defends: "G7",
    title: "switches only while the lease of the live build is at the epoch that is named",
    async run({ readModels }) {
      await readModels.prepare([books, again]);

      expect(await readModels.builds.switchTo(books, again, 1)).toBe(false);
      await readModels.leases.replace(books, undefined, { epoch: 3, holder: "worker", beat: 1 });
      expect(await readModels.builds.switchTo(books, again, 2)).toBe(false);
      expect(await listed(readModels)).toEqual(["1.0 live", "1.1 new"]);
      expect(await readModels.builds.switchTo(books, again, 3)).toBe(true);
      expect(await listed(readModels)).toEqual(["1.0 previous", "1.1 live"]);
    },
  },
  {
    defends: "G7",
    title: "lets exactly one of many switches from the same build win",
    async run({ readModels }) {
      const candidates = range(5).map((index): ReadModel => ({ ...books, build: index + 1 }));
      await readModels.prepare([books, ...candidates]);

      const switched = await Promise.all(candidates.map((next) => readModels.builds.switchTo(books, next)));

      expect(switched.filter((won) => won)).toHaveLength(1);
      const found = await readModels.builds.list("books");
      const live = found.filter(({ state }) => state === "live").map(({ model }) => model.build);
      expect(live).toEqual([switched.indexOf(true) + 1]);
    },
  },
  {
    defends: "G7",
    title: "drops a build with all it holds, for good, but never the live one",
    async run({ readModels }, { reopen }) {
      await shelve(readModels, books, { a: {} });
      await shelve(readModels, again, { b: {}, c: {} });

      expect(await readModels.builds.drop(books)).toBe(false);
      expect(await readModels.builds.drop(again)).toBe(true);
      expect(await readModels.builds.drop(again)).toBe(true);
      expect(await readModels.builds.drop(third)).toBe(true);

      const target = (await reopen()).readModels;
      expect(await listed(target)).toEqual(["1.0 live", "1.1 dropped"]);
      expect(await target.builds.switchTo(books, again)).toBe(false);
      expect(await target.reader(books).find()).toEqual([shelved("a")]);
      await target.prepare([again]);
      expect(await listed(target)).toEqual(["1.0 live", "1.1 new"]);
      expect(await target.checkpoint(again, "0")).toBe(0);
      expect(await target.reader(again).count()).toBe(0);
      expect(await target.reader(again).search("untitled")).toEqual([]);
    },
  },
  {
    defends: "G7",
    title: "drops the facts of a build",
    async run({ readModels }) {
      const newLoans = { ...loans, build: 1 };
      await readModels.prepare([loans, newLoans]);
      const fact = (position: number) => ({ position, index: 0, row: { book: "a", days: position } });
      await take(readModels, newLoans, { facts: range(30).map(fact) });
      await take(readModels, newLoans, { facts: [fact(50)], partition: "1" });
      await take(readModels, loans, { facts: [fact(7)] });

      await readModels.builds.drop(newLoans);

      await readModels.prepare([newLoans]);
      expect(await readModels.reader(newLoans).find()).toEqual([]);
      expect(await readModels.reader(loans).find()).toEqual([{ book: "a", days: 7 }]);
    },
  },
  {
    defends: "G7",
    title: "takes no step of a worker whose build was dropped and made again meanwhile",
    async run({ readModels }) {
      const { leases } = readModels;
      const lease: Lease = { epoch: 1, holder: "late", beat: 1 };
      await readModels.prepare([books, again]);
      await leases.replace(again, undefined, lease);
      await readModels.builds.drop(again);
      await readModels.prepare([again]);

      const rows = [{ key: "a", row: book() }];
      const late = await readModels.write(again, { partition: "0", expected: 0, next: 1, rows, facts: [], epoch: 1 });

      expect(late).toEqual({ ok: false, reason: "lease-lost" });
      expect((await leases.read([again]))[0]).toMatchObject({ epoch: 2, holder: null });
      expect(await readModels.reader(again).count()).toBe(0);
    },
  },
];

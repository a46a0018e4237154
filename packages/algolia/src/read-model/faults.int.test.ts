import type { ReadModelStore } from "foldstream/port";
import { beforeEach, describe, expect, it } from "vitest";
import { book, books, counted, countingStep } from "../../../../tests/targets/counted-books.ts";
import { describeFailingService } from "../../../../tests/targets/failing-service.ts";
import { AlgoliaDouble } from "../../test/double/algolia-double.ts";
import { openTarget, startDouble } from "../../test/open-target.ts";
import { algoliaTarget } from "../index.ts";

const secret = "very-secret";

describeFailingService({
  name: "Algolia",
  start: async () => {
    const double = await AlgoliaDouble.start();
    double.faults.looks = () => 2;
    return double;
  },
  open: (double) => algoliaTarget({ appId: "DOUBLE", apiKey: secret, client: double.client }),
  secret,
  writing: "batch",
  reading: "objects",
  index: "foldstream-books_v1",
});

let double: AlgoliaDouble;
let store: ReadModelStore;

beforeEach(async () => {
  double = await startDouble();
  store = openTarget(double).readModels;
  await store.prepare([books]);
});

describe("records", () => {
  it("G9 are refused when they are larger than the plan allows, before anything is written", async () => {
    const rows = [
      { key: "fits", row: book(1) },
      { key: "too-large", row: { ...book(1), title: "long ".repeat(1_500) } },
    ];
    const step = { partition: "0", expected: 0, next: 1, rows, facts: [] };

    await expect(store.write(books, step)).rejects.toMatchObject({
      code: "invalid-row",
      message: expect.stringMatching(/"books".*"too-large".*Algolia takes 10000.*recordBytes/),
    });

    expect([await store.checkpoint(books, "0"), await counted(store)]).toEqual([0, {}]);
  });

  it("G9 fit the service whenever they are not refused", async () => {
    for (let length = 2_300; length < 2_500; length += 7) {
      const rows = [{ key: `book-${length}`, row: { ...book(1), title: "long ".repeat(length / 2.6) } }];
      const expected = await store.checkpoint(books, "0");
      const step = { partition: "0", expected, next: expected + 1, rows, facts: [] };

      const code = await store.write(books, step).then(
        () => "written",
        (error) => error.code,
      );

      expect(["written", "invalid-row"], String(length)).toContain(code);
    }
  });

  it("G5 of parked streams keep the beginning of an error that is too long for them", async () => {
    const error = { name: "Error", message: "m".repeat(20_000), stack: "s".repeat(20_000) };
    const entry = { stream: "a", partition: "0", version: 1, position: 1, attempts: 1, parkedAt: 0 };
    const parked = [{ stream: "a", entry: { ...entry, error, waiting: 1, lastVersion: 1, lastPosition: 1 } }];

    await store.write(books, { ...(await countingStep(store, 1, [])), parked });

    const [kept] = await store.parking.list(books, { limit: 1 });
    expect(kept?.error).toEqual({ name: "Error", message: "m".repeat(1_000), stack: "s".repeat(1_000) });
  });
});

describe("scanning", () => {
  const keysOf = (names: readonly string[]) => names.map((name) => ({ key: name, row: book(1) }));
  const pages = async (limit: number) => {
    const keys: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await store.scan(books, { limit, ...(after !== undefined && { after }) });
      keys.push(...page.rows.map(({ key }) => key));
      after = page.next;
    }
    return keys;
  };
  const write = async (names: readonly string[]) =>
    store.write(books, { partition: "0", expected: 0, next: 1, rows: keysOf(names), facts: [] });

  it("G8 is in the order of keys also between those that begin alike for longer than the index sees", async () => {
    const names = ["c", "b", "a"].map((end) => `${"x".repeat(100)}${end}`);
    await write(names);

    expect(await pages(10)).toEqual(names.toReversed());
  });

  it("G8 fails, instead of giving rows out of order, where the index does not sort them", async () => {
    await write(["a", "b", "c", "d"]);
    const index = double.index("foldstream-books_v1");
    index.settings = { ...index.settings, customRanking: ["desc(order.at0)"] };

    await expect(pages(2)).rejects.toMatchObject({ problem: "out-of-order" });
  });
});

describe("indexes", () => {
  it("get their settings back at the next start, and keep their records", async () => {
    await store.write(books, await countingStep(store, 1, ["a"]));
    const index = double.index("foldstream-books_v1");
    index.settings = { ...index.settings, typoTolerance: true, customRanking: [] };

    await openTarget(double).readModels.prepare([books]);

    expect(index.settings).toMatchObject({ typoTolerance: false, customRanking: { length: 16 } });
    expect(await counted(store)).toEqual({ a: 1 });
  });

  it("lose tombstones that a writer cannot come back to any more", async () => {
    await store.write(books, await countingStep(store, 1, ["a"]));
    const [{ revision = null } = {}] = (await countingStep(store, 2, ["a"])).rows;
    await store.write(books, { ...(await countingStep(store, 2, [])), rows: [{ key: "a", row: null, revision }] });
    const tombstone = double.index("foldstream-books_v1").get("a");
    expect(tombstone).toMatchObject({ gone: 1, row: null });
    double.index("foldstream-books_v1").apply({
      action: "partialUpdateObject",
      body: { objectID: "a", expires: Date.now() - 1 },
    });

    await openTarget(double).readModels.prepare([books]);

    expect(double.index("foldstream-books_v1").get("a")).toBeUndefined();
  });
});

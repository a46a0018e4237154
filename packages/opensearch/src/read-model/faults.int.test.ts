import type { ReadModelStore } from "foldstream/port";
import { beforeEach, describe, expect, it } from "vitest";
import { books, counted, countingStep } from "../../../../tests/targets/counted-books.ts";
import { describeFailingService } from "../../../../tests/targets/failing-service.ts";
import { OpenSearchDouble } from "../../test/double/opensearch-double.ts";
import { openTarget, startDouble } from "../../test/open-target.ts";
import { openSearchTarget } from "../index.ts";

const secret = "very-secret";

describeFailingService({
  name: "OpenSearch",
  start: () => OpenSearchDouble.start(),
  open: ({ node }) =>
    openSearchTarget({ client: { node, maxRetries: 3, auth: { username: "writer", password: secret } } }),
  secret,
  writing: "_bulk",
  reading: "_mget",
  index: "foldstream-books_v1.rows",
});

let double: OpenSearchDouble;
let store: ReadModelStore;

beforeEach(async () => {
  double = await startDouble();
  store = openTarget(double).readModels;
  await store.prepare([books]);
});

it("waits and goes on when the cluster is busy, as a whole or for some documents", async () => {
  let requests = 3;
  double.faults.request = (asked) => (asked === "_bulk" && requests-- > 0 ? { status: 429 } : undefined);
  let refusals = 3;
  double.faults.item = (id) => (id === "b" && refusals-- > 0 ? { status: 429 } : undefined);

  expect(await store.write(books, await countingStep(store, 1, ["a", "b", "c"]))).toEqual({ ok: true });

  expect(await counted(store)).toEqual({ a: 1, b: 1, c: 1 });
  expect(refusals).toBeLessThan(0);
});

it("G4 counts nothing twice when a step is taken again after it was cut off between documents", async () => {
  const other = openTarget(double).readModels;
  double.faults.item = (id) => (id === "b" ? { status: 500 } : undefined);
  const cutOff = await countingStep(store, 1, ["a", "b"]);
  await expect(store.write(books, cutOff)).rejects.toMatchObject({ code: "store-failure" });
  expect([await store.checkpoint(books, "0"), await counted(store)]).toEqual([0, { a: 1 }]);
  delete double.faults.item;

  expect(await other.write(books, await countingStep(other, 1, ["a", "b"]))).toEqual({ ok: true });

  expect([await store.checkpoint(books, "0"), await counted(store)]).toEqual([1, { a: 1, b: 1 }]);
});

describe("what a query sees", () => {
  it("takes one refresh for the queries that wait for it together", async () => {
    await store.write(books, await countingStep(store, 1, ["a"]));
    double.requests.length = 0;

    await Promise.all(Array.from({ length: 20 }, () => store.reader(books).find()));

    expect(double.requests.filter((request) => request === "GET _refresh")).toHaveLength(1);
  });

  it("G9 is refused beyond what the service can sort or compare", async () => {
    const reader = store.reader(books);

    await expect(reader.find({ offset: 100_000 })).rejects.toMatchObject({ problem: "too-far" });
    await expect(reader.find({ where: { title: "x".repeat(9_000) } })).rejects.toMatchObject({ problem: "too-long" });
  });
});

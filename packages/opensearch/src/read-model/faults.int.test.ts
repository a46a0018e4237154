import { inspect } from "node:util";
import type { ReadModelStore, ReadModelWrite } from "foldstream/port";
import { beforeEach, describe, expect, it } from "vitest";
import { book, books, counted } from "../../test/books.ts";
import type { OpenSearchDouble } from "../../test/double/opensearch-double.ts";
import { openTarget, startDouble } from "../../test/open-target.ts";
import { openSearchTarget } from "../index.ts";

let double: OpenSearchDouble;
/** As two processes have them. */
let [one, other] = [] as unknown as [ReadModelStore, ReadModelStore];

beforeEach(async () => {
  double = await startDouble();
  [one, other] = [openTarget(double).readModels, openTarget(double).readModels];
  await one.prepare([books]);
});

/** A step that adds a page to each of the books, from what is there now. */
async function step(
  store: ReadModelStore,
  next: number,
  keys: readonly string[],
  epoch?: number,
): Promise<ReadModelWrite> {
  const expected = await store.checkpoint(books, "0");
  const loaded = await store.loadDocuments?.(books, "0", keys);
  const rows = keys.flatMap((key) => {
    const { row, includes = 0, revision = null } = loaded?.get(key) ?? {};
    return includes >= next ? [] : [{ key, row: book(Number(row?.pages ?? 0) + 1), revision }];
  });
  return { partition: "0", expected, next, rows, facts: [], ...(epoch !== undefined && { epoch }) };
}

/** Runs `work` once, when the first request of this kind has arrived and before it is done. */
function during(endpoint: string, work: () => Promise<unknown>): void {
  double.faults.request = async (asked) => {
    if (asked !== endpoint) return undefined;
    delete double.faults.request;
    await work();
    return undefined;
  };
}

function once(endpoint: string, fault: { readonly status: number } | "lose the answer", times = 1): void {
  let left = times;
  double.faults.request = (asked) => (asked === endpoint && left-- > 0 ? fault : undefined);
}

describe("a step on a service that fails", () => {
  it("G4 is written once when the answer to its documents is lost", async () => {
    once("_bulk", "lose the answer");

    expect(await one.write(books, await step(one, 1, ["a", "b"]))).toEqual({ ok: true });

    expect(await counted(one)).toEqual({ a: 1, b: 1 });
    expect(await one.checkpoint(books, "0")).toBe(1);
  });

  it("G4 is written once when the answer to its checkpoint is lost", async () => {
    let asked = 0;
    double.faults.request = (endpoint) => (endpoint === "_bulk" && ++asked === 2 ? "lose the answer" : undefined);

    expect(await one.write(books, await step(one, 1, ["a"]))).toEqual({ ok: true });
    expect(await one.write(books, await step(one, 2, ["a"]))).toEqual({ ok: true });

    expect(await counted(one)).toEqual({ a: 2 });
  });

  it("waits and goes on when the cluster is busy, as a whole or for some documents", async () => {
    once("_bulk", { status: 429 }, 3);
    let refusals = 3;
    double.faults.item = (id) => (id === "b" && refusals-- > 0 ? { status: 429 } : undefined);

    expect(await one.write(books, await step(one, 1, ["a", "b", "c"]))).toEqual({ ok: true });

    expect(await counted(one)).toEqual({ a: 1, b: 1, c: 1 });
    expect(refusals).toBeLessThan(0);
  });

  it("G4 counts nothing twice when it is taken again after it was cut off between documents", async () => {
    double.faults.item = (id) => (id === "b" ? { status: 500 } : undefined);
    const cutOff = await step(one, 1, ["a", "b"]);
    await expect(one.write(books, cutOff)).rejects.toMatchObject({ code: "store-failure" });
    expect([await one.checkpoint(books, "0"), await counted(one)]).toEqual([0, { a: 1 }]);
    delete double.faults.item;

    expect(await other.write(books, await step(other, 1, ["a", "b"]))).toEqual({ ok: true });

    expect([await one.checkpoint(books, "0"), await counted(one)]).toEqual([1, { a: 1, b: 1 }]);
  });

  it("reports failures without the credentials of the client", async () => {
    const auth = { username: "writer", password: "very-secret" };
    const target = openSearchTarget({ client: { node: double.node, auth } });
    once("_mget", { status: 403 });

    const failure = await target.readModels.load(books, ["a"]).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "store-failure" });
    expect(inspect(failure, { depth: 20 })).not.toMatch(/very-secret|authorization/i);
    await target.close();
  });
});

describe("a worker that was paused in the middle of a step", () => {
  it("G4 overwrites no document that another has written meanwhile", async () => {
    await one.write(books, await step(one, 1, ["a", "b"]));
    const late = await step(one, 2, ["a", "b"]);
    during("_bulk", async () => other.write(books, await step(other, 3, ["a"])));

    expect(await one.write(books, late)).toEqual({ ok: false, reason: "rows-moved" });

    expect((await counted(one)).a).toBe(2);
    expect(await one.checkpoint(books, "0")).toBe(3);
  });

  it("G4 brings back no document that another has made and deleted meanwhile", async () => {
    const late = await step(one, 1, ["a"]);
    during("_bulk", async () => {
      await other.write(books, await step(other, 1, ["a"]));
      const [{ revision = null } = {}] = (await step(other, 2, ["a"])).rows;
      await other.write(books, { ...(await step(other, 2, [])), rows: [{ key: "a", row: null, revision }] });
    });

    expect(await one.write(books, late)).toEqual({ ok: false, reason: "rows-moved" });

    expect(await counted(one)).toEqual({});
  });

  it("G4 moves no checkpoint once its lease has moved, and whoever has it counts nothing twice", async () => {
    const [mine, theirs] = [1, 2].map((epoch) => ({ epoch, holder: `worker ${epoch}`, beat: 1 }));
    if (!mine || !theirs) return expect.unreachable();
    expect(await one.leases.replace(books, undefined, mine)).toBe(true);
    const late = await step(one, 1, ["a"], 1);
    during("_bulk", () => other.leases.replace(books, mine, theirs));

    expect(await one.write(books, late)).toEqual({ ok: false, reason: "lease-lost" });

    expect(await one.checkpoint(books, "0")).toBe(0);
    expect(await other.write(books, await step(other, 1, ["a"], 2))).toEqual({ ok: true });
    expect(await counted(one)).toEqual({ a: 1 });
  });

  it("G4 holds a lease that it took although the answer was lost", async () => {
    once("_bulk", "lose the answer");

    expect(await one.leases.replace(books, undefined, { epoch: 1, holder: "worker 1", beat: 1 })).toBe(true);
    expect(await other.leases.replace(books, undefined, { epoch: 1, holder: "worker 2", beat: 1 })).toBe(false);
  });
});

describe("what a query sees", () => {
  it("G6 is what was written before it, although the service shows nothing until it is told to", async () => {
    const reader = other.reader(books);
    for (let next = 1; next <= 5; next++) {
      await one.write(books, await step(one, next, ["a"]));
      const [found, counts, searched] = await Promise.all([
        reader.find(),
        reader.count({ pages: next }),
        reader.search("untitled"),
      ]);
      expect([found[0]?.pages, counts, searched[0]?.pages]).toEqual([next, 1, next]);
    }
  });

  it("takes one refresh for the queries that wait for it together", async () => {
    await one.write(books, await step(one, 1, ["a"]));
    double.requests.length = 0;

    await Promise.all(Array.from({ length: 20 }, () => one.reader(books).find()));

    expect(double.requests.filter((request) => request === "GET _refresh")).toHaveLength(1);
  });

  it("G9 is refused beyond what the service can sort or compare", async () => {
    const reader = one.reader(books);

    await expect(reader.find({ offset: 100_000 })).rejects.toMatchObject({ problem: "too-far" });
    await expect(reader.find({ where: { title: "x".repeat(9_000) } })).rejects.toMatchObject({ problem: "too-long" });
  });
});

describe("preparing", () => {
  it("G9 refuses other columns under the same version", async () => {
    const { pages: _, ...columns } = books.columns;

    await expect(other.prepare([{ ...books, columns }])).rejects.toMatchObject({ problem: "other-columns" });
  });

  it("G8 notices that the documents of a read model are gone, instead of going on without them", async () => {
    await one.write(books, await step(one, 1, ["a"]));
    double.drop("foldstream-books_v1.rows");

    await expect(other.prepare([books])).rejects.toMatchObject({ problem: "missing" });
  });

  it("keeps names with capital letters apart", async () => {
    const [small, capital] = [
      { ...books, name: "bestSellers" },
      { ...books, name: "bestsellers" },
    ];
    await one.prepare([small, capital]);

    const write = { partition: "0", expected: 0, next: 1, rows: [{ key: "a", row: book(1) }], facts: [] };
    await one.write(small, write);

    expect([await one.reader(small).count(), await one.reader(capital).count()]).toEqual([1, 0]);
  });
});

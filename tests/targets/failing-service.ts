/** What a target without transactions keeps to when its service fails, loses answers, or lets a worker sleep in the middle of a step. */
import { inspect } from "node:util";
import type { ParkedStream, ReadModelStore, Target } from "foldstream/port";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { book, books, counted, countingStep } from "./counted-books.ts";

/** What befalls a request: refused before it is done, or done without an answer. */
export type Fault = { readonly status: number } | "lose the answer";

/** A double of a service. */
export interface FailingService {
  readonly faults: { request?: (endpoint: string) => Fault | undefined | Promise<Fault | undefined> };
  /** Deletes an index behind the adapter's back. */
  drop(index: string): void;
  stop(): Promise<void>;
}

export interface FailingServiceSuite<S extends FailingService> {
  readonly name: string;
  start(): Promise<S>;
  /** Several may be opened on one double: each is a process of its own, as far as the service can tell. */
  open(service: S): Target;
  /** A key or password that `open` gives to the client. */
  readonly secret: string;
  /** Endpoints that write documents, and read them by key. */
  readonly writing: string;
  readonly reading: string;
  /** Of `books`. */
  readonly index: string;
}

const stranded: ParkedStream = {
  stream: "book-a",
  partition: "0",
  version: 1,
  position: 1,
  error: { name: "Error", message: "stranded" },
  attempts: 1,
  parkedAt: 0,
  waiting: 1,
  lastVersion: 1,
  lastPosition: 1,
};

export function describeFailingService<S extends FailingService>(suite: FailingServiceSuite<S>): void {
  const { writing, reading } = suite;
  let service: S;
  /** As two processes have them. */
  let [one, other] = [] as unknown as [ReadModelStore, ReadModelStore];

  beforeEach(async () => {
    const started = await suite.start();
    const targets = [suite.open(started), suite.open(started)] as const;
    onTestFinished(async () => {
      await Promise.all(targets.map((target) => target.close()));
      await started.stop();
    });
    service = started;
    [one, other] = [targets[0].readModels, targets[1].readModels];
    await one.prepare([books]);
  });

  /** What befalls the nth request of this kind, from 1. */
  const nth = (endpoint: string, at: number, fault: Fault) => {
    let asked = 0;
    service.faults.request = (found) => (found === endpoint && ++asked === at ? fault : undefined);
  };

  /** Runs `work` once, when the first request of this kind has arrived and before it is done. */
  const during = (endpoint: string, work: () => Promise<unknown>) => {
    service.faults.request = async (asked) => {
      if (asked !== endpoint) return undefined;
      delete service.faults.request;
      await work();
      return undefined;
    };
  };

  describe(`a step on ${suite.name} that fails`, () => {
    it("G4 is written once when the answer to its documents is lost", async () => {
      nth(writing, 1, "lose the answer");

      expect(await one.write(books, await countingStep(one, 1, ["a", "b"]))).toEqual({ ok: true });

      expect(await counted(one)).toEqual({ a: 1, b: 1 });
      expect(await one.checkpoint(books, "0")).toBe(1);
    });

    it("G4 is written once when the answer to its checkpoint is lost", async () => {
      nth(writing, 2, "lose the answer");

      expect(await one.write(books, await countingStep(one, 1, ["a"]))).toEqual({ ok: true });
      expect(await one.write(books, await countingStep(one, 2, ["a"]))).toEqual({ ok: true });

      expect(await counted(one)).toEqual({ a: 2 });
    });

    it("G4 counts nothing twice when it is taken again after it was cut off before its checkpoint", async () => {
      nth(writing, 2, { status: 403 });
      await expect(one.write(books, await countingStep(one, 1, ["a", "b"]))).rejects.toMatchObject({
        code: "store-failure",
      });
      expect([await one.checkpoint(books, "0"), await counted(one)]).toEqual([0, { a: 1, b: 1 }]);

      expect(await other.write(books, await countingStep(other, 1, ["a", "b"]))).toEqual({ ok: true });

      expect([await one.checkpoint(books, "0"), await counted(one)]).toEqual([1, { a: 1, b: 1 }]);
    });

    it("G5 includes no row before it follows what it parks, and frees no stream before the rows are in", async () => {
      const parking = async (next: number, entry: ParkedStream | null) => ({
        ...(await countingStep(one, next, [entry ? "a" : "b"])),
        parked: [{ stream: stranded.stream, entry }],
      });
      nth(writing, 2, { status: 403 });
      await expect(one.write(books, await parking(1, stranded))).rejects.toMatchObject({ code: "store-failure" });
      expect([await counted(one), await one.parking.count(books)]).toEqual([{}, 1]);

      nth(writing, 2, { status: 403 });
      const redriven = { source: "parked book-a", through: 1 };
      const freeing = { ...(await parking(1, null)), next: 0, redriven };
      await expect(one.write(books, freeing)).rejects.toMatchObject({ code: "store-failure" });
      expect([await counted(one), await one.parking.count(books)]).toEqual([{ b: 1 }, 1]);
    });

    it("reports failures without the credentials of the client", async () => {
      nth(reading, 1, { status: 403 });

      const failure = await one.load(books, ["a"]).catch((error: unknown) => error);

      expect(failure).toMatchObject({ code: "store-failure" });
      expect(inspect(failure, { depth: 20 })).not.toContain(suite.secret);
      expect(inspect(failure, { depth: 20 })).not.toMatch(/authorization/i);
    });
  });

  describe(`a worker on ${suite.name} that was paused in the middle of a step`, () => {
    it("G4 overwrites no document that another has written meanwhile", async () => {
      await one.write(books, await countingStep(one, 1, ["a", "b"]));
      const late = await countingStep(one, 2, ["a", "b"]);
      during(writing, async () => other.write(books, await countingStep(other, 3, ["a"])));

      expect(await one.write(books, late)).toEqual({ ok: false, reason: "rows-moved" });

      expect((await counted(one)).a).toBe(2);
      expect(await one.checkpoint(books, "0")).toBe(3);
    });

    it("G4 brings back no document that another has made and deleted meanwhile", async () => {
      const late = await countingStep(one, 1, ["a"]);
      during(writing, async () => {
        await other.write(books, await countingStep(other, 1, ["a"]));
        const [{ revision = null } = {}] = (await countingStep(other, 2, ["a"])).rows;
        await other.write(books, { ...(await countingStep(other, 2, [])), rows: [{ key: "a", row: null, revision }] });
      });

      expect(await one.write(books, late)).toEqual({ ok: false, reason: "rows-moved" });

      expect(await counted(one)).toEqual({});
    });

    it("G4 moves no checkpoint once its lease has moved, and whoever has it counts nothing twice", async () => {
      const [mine, theirs] = [1, 2].map((epoch) => ({ epoch, holder: `worker ${epoch}`, beat: 1 }));
      if (!mine || !theirs) return expect.unreachable();
      expect(await one.leases.replace(books, undefined, mine)).toBe(true);
      const late = await countingStep(one, 1, ["a"], 1);
      during(writing, () => other.leases.replace(books, mine, theirs));

      expect(await one.write(books, late)).toEqual({ ok: false, reason: "lease-lost" });

      expect(await one.checkpoint(books, "0")).toBe(0);
      expect(await other.write(books, await countingStep(other, 1, ["a"], 2))).toEqual({ ok: true });
      expect(await counted(one)).toEqual({ a: 1 });
    });

    it("G4 holds a lease that it took although the answer was lost", async () => {
      nth(writing, 1, "lose the answer");

      expect(await one.leases.replace(books, undefined, { epoch: 1, holder: "worker 1", beat: 1 })).toBe(true);
      expect(await other.leases.replace(books, undefined, { epoch: 1, holder: "worker 2", beat: 1 })).toBe(false);
    });

    it("G5 parks no stream again that another has parked and freed meanwhile", async () => {
      const parking = async (store: ReadModelStore, next: number, entry: ParkedStream | null) => ({
        ...(await countingStep(store, next, [])),
        parked: [{ stream: stranded.stream, entry }],
      });
      const late = await parking(one, 1, stranded);
      during(writing, async () => {
        await other.write(books, await parking(other, 1, stranded));
        await other.write(books, await parking(other, 2, null));
      });

      expect(await one.write(books, late)).toMatchObject({ ok: false });

      expect(await other.parking.list(books, { limit: 10 })).toEqual([]);
    });
  });

  it(`G6 shows queries on ${suite.name} what was written before them, although the service is late to show it`, async () => {
    const reader = other.reader(books);
    for (let next = 1; next <= 5; next++) {
      await one.write(books, await countingStep(one, next, ["a"]));
      const [found, counts, searched] = await Promise.all([
        reader.find(),
        reader.count({ pages: next }),
        reader.search("untitled"),
      ]);
      expect([found[0]?.pages, counts, searched[0]?.pages]).toEqual([next, 1, next]);
    }
  });

  describe(`preparing on ${suite.name}`, () => {
    it("G9 refuses other columns under the same version", async () => {
      const { pages: _, ...columns } = books.columns;

      await expect(other.prepare([{ ...books, columns }])).rejects.toMatchObject({ problem: "other-columns" });
    });

    it("G8 notices that the documents of a read model are gone, instead of going on without them", async () => {
      await one.write(books, await countingStep(one, 1, ["a"]));
      service.drop(suite.index);

      await expect(other.prepare([books])).rejects.toMatchObject({ problem: "missing" });
    });

    it("keeps names with capital letters apart", async () => {
      const [small, capital] = [
        { ...books, name: "bestSellers" },
        { ...books, name: "bestsellers" },
      ];
      await one.prepare([small, capital]);

      const write = { partition: "0", expected: 0, next: 1, rows: [{ key: "a", row: book(1) }], facts: [] };
      await one.write(small, { ...write, parked: [{ stream: stranded.stream, entry: stranded }] });

      expect([await one.reader(small).count(), await one.reader(capital).count()]).toEqual([1, 0]);
      expect([await one.parking.count(small), await one.parking.count(capital)]).toEqual([1, 0]);
    });
  });
}

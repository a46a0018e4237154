/** Leases change by compare-and-swap, and a step counts only under the epoch of its lease. */
import type { Lease, ReadModelStore } from "foldstream/port";
import { expect } from "vitest";
import { book, books, loans, range } from "../example.ts";
import { shelve, shelved, type Target, type TargetCase, take } from "./target-case.ts";

function leaseCase(
  title: string,
  run: (target: ReadModelStore, reopen: () => Promise<Target>) => Promise<void>,
): TargetCase {
  return { defends: "G4", title, run: ({ readModels }, { reopen }) => run(readModels, reopen) };
}

const first: Lease = { epoch: 1, holder: "worker a", beat: 1 };
const renewed: Lease = { ...first, beat: 2 };
const second: Lease = { epoch: 2, holder: "worker b", beat: 1 };

/** Prepares books and takes their lease twice, so that epoch 2 is the current one. */
async function takeTwice({ prepare, leases }: ReadModelStore): Promise<void> {
  await prepare([books]);
  expect(await leases.replace(books, undefined, first)).toBe(true);
  expect(await leases.replace(books, first, second)).toBe(true);
}

const changes = [
  { key: "a", row: book({ title: "Changed" }) },
  { key: "b", row: null },
  { key: "c", row: book() },
];

/** Adds one to a row that all workers share, from a checkpoint that is the worker's own. Says whether it was written. */
async function addOne(target: ReadModelStore, partition: string, epoch: number): Promise<boolean> {
  const expected = await target.checkpoint(books, partition);
  const pages = ((await target.load(books, ["shared"])).get("shared")?.pages as number | undefined) ?? 0;
  const rows = [{ key: "shared", row: book({ pages: pages + 1 }) }];
  const result = await target.write(books, { partition, expected, next: expected + 1, rows, facts: [], epoch });
  if (!result.ok) expect(result).toEqual({ ok: false, reason: "lease-lost" });
  return result.ok;
}

/** Takes the lease, and adds until that is enough or the lease is lost; again and again. Returns how many were written. */
async function addInTurns(target: ReadModelStore, holder: string): Promise<number> {
  let added = 0;
  for (const _ of range(8)) {
    const [lease] = await target.leases.read([books]);
    const epoch = (lease?.epoch ?? 0) + 1;
    if (!(await target.leases.replace(books, lease, { epoch, holder, beat: 1 }))) continue;
    for (let more = 3; more > 0 && (await addOne(target, holder, epoch)); more--) added++;
  }
  return added;
}

export const leases: readonly TargetCase[] = [
  leaseCase("reads leases in the order asked for, and nothing where nobody has held one", async (target) => {
    await target.prepare([books, loans]);
    expect(await target.leases.read([books, loans])).toEqual([undefined, undefined]);

    await target.leases.replace(loans, undefined, first);
    expect(await target.leases.read([books, loans])).toEqual([undefined, first]);
    await target.leases.replace(books, undefined, { ...second, beat: 2 ** 40 });

    expect(await target.leases.read([loans, books])).toEqual([first, { ...second, beat: 2 ** 40 }]);
    expect(await target.leases.read([books])).toEqual([{ ...second, beat: 2 ** 40 }]);
  }),
  leaseCase(
    "puts one lease in the place of another, with what is noted: renewed, given back, taken again",
    async (target) => {
      await target.prepare([books]);
      const noted = { ...renewed, note: 'told {"é": "\u{1f4a5}"}' };
      const history = [undefined, first, noted, { ...renewed, holder: null, note: "x".repeat(2_000) }, second];

      for (const [index, next] of history.slice(1).entries()) {
        expect(await target.leases.replace(books, history[index], next as Lease)).toBe(true);
        expect(await target.leases.read([books])).toEqual([next]);
      }
    },
  ),
  leaseCase("lets exactly one of 20 racing workers have a lease, whether it is new or taken over", async (target) => {
    await target.prepare([books]);
    let before: Lease | undefined;
    for (const epoch of [1, 2, 3]) {
      const wanted = range(20).map((worker) => ({ epoch, holder: `worker ${worker}`, beat: 1 }));
      const won = await Promise.all(wanted.map((next) => target.leases.replace(books, before, next)));

      const winners = wanted.filter((_, worker) => won[worker]);
      expect(winners).toHaveLength(1);
      expect(await target.leases.read([books])).toEqual(winners);
      before = winners[0];
    }
  }),
  leaseCase("does nothing when the lease is not the expected one", async (target) => {
    await target.prepare([books]);
    const wrong = [
      { ...first, epoch: 2 },
      { ...first, beat: 2 },
      { ...first, holder: "worker b" },
      { ...first, holder: null },
    ];
    for (const expected of wrong) expect(await target.leases.replace(books, expected, second)).toBe(false);
    expect(await target.leases.read([books])).toEqual([undefined]);

    await target.leases.replace(books, undefined, first);
    for (const expected of [undefined, ...wrong])
      expect(await target.leases.replace(books, expected, second)).toBe(false);

    expect(await target.leases.read([books])).toEqual([first]);
  }),
  leaseCase("writes a step under the epoch of the lease, also after it was renewed", async (target) => {
    await target.prepare([books]);
    await target.leases.replace(books, undefined, first);
    const rows = [{ key: "a", row: book() }];
    const step = { partition: "0", rows, facts: [], epoch: 1 };

    expect(await target.write(books, { ...step, expected: 0, next: 5 })).toEqual({ ok: true });
    await target.leases.replace(books, first, renewed);
    expect(await target.write(books, { ...step, expected: 5, next: 9 })).toEqual({ ok: true });

    expect(await target.checkpoint(books, "0")).toBe(9);
    expect(await target.reader(books).find()).toEqual([shelved("a")]);
    expect(await target.leases.read([books])).toEqual([renewed]);
  }),
  ...[
    [1, "an older"],
    [3, "a later"],
  ].map(([epoch, which]) =>
    leaseCase(
      `refuses a step under ${which} epoch although the checkpoint fits, and writes none of it`,
      async (target) => {
        await shelve(target, books, { a: {}, b: {} });
        await takeTwice(target);

        const step = { partition: "0", expected: 1, next: 9, rows: changes, facts: [], epoch: epoch as number };
        const result = await target.write(books, step);

        expect(result).toEqual({ ok: false, reason: "lease-lost" });
        expect(await target.checkpoint(books, "0")).toBe(1);
        expect(await target.reader(books).find()).toEqual([shelved("a"), shelved("b")]);
        expect(await target.write(books, { ...step, epoch: 2 })).toEqual({ ok: true });
      },
    ),
  ),
  leaseCase("refuses facts under an older epoch, and adds none of them", async (target) => {
    await target.prepare([loans]);
    await target.leases.replace(loans, undefined, second);

    const facts = [{ position: 1, index: 0, row: { book: "a", days: 3 } }];
    const result = await target.write(loans, { partition: "0", expected: 0, next: 1, rows: [], facts, epoch: 1 });

    expect(result).toEqual({ ok: false, reason: "lease-lost" });
    expect(await target.checkpoint(loans, "0")).toBe(0);
    expect(await target.reader(loans).count()).toBe(0);
  }),
  leaseCase("refuses a step under any epoch where nobody has held the lease", async (target) => {
    await target.prepare([books]);

    const result = await target.write(books, { partition: "0", expected: 0, next: 1, rows: [], facts: [], epoch: 1 });

    expect(result).toEqual({ ok: false, reason: "lease-lost" });
    expect(await target.checkpoint(books, "0")).toBe(0);
  }),
  leaseCase("writes a step without an epoch whoever holds the lease", async (target) => {
    await takeTwice(target);

    await take(target, books, { rows: [{ key: "a", row: book() }] });

    expect(await target.reader(books).find()).toEqual([shelved("a")]);
    expect(await target.leases.read([books])).toEqual([second]);
  }),
  leaseCase("keeps the leases of read models apart, and those of their versions", async (target) => {
    const newer = { ...books, version: 2 };
    const magazines = { ...books, name: "magazines" };
    await target.prepare([books, newer, magazines]);
    await target.leases.replace(books, undefined, first);
    await target.leases.replace(newer, undefined, { ...second, epoch: 7 });

    expect(await target.leases.read([magazines, newer, books])).toEqual([undefined, { ...second, epoch: 7 }, first]);
    const step = { partition: "0", expected: 0, next: 1, rows: [], facts: [] };
    expect(await target.write(newer, { ...step, epoch: 1 })).toEqual({ ok: false, reason: "lease-lost" });
    expect(await target.write(books, { ...step, epoch: 1 })).toEqual({ ok: true });
    expect(await target.write(newer, { ...step, epoch: 7 })).toEqual({ ok: true });
  }),
  leaseCase("counts exactly what it acknowledged when 4 workers take a lease from one another", async (target) => {
    await target.prepare([books]);

    const added = await Promise.all(range(4).map((worker) => addInTurns(target, `worker-${worker}`)));

    const pages = added.reduce((sum, one) => sum + one, 0);
    expect(pages).toBeGreaterThan(0);
    expect(await target.reader(books).find()).toEqual([shelved("shared", { pages })]);
  }),
  leaseCase("leaves leases alone when it is prepared again", async (target) => {
    await takeTwice(target);

    await target.prepare([loans, books]);

    expect(await target.leases.read([books])).toEqual([second]);
  }),
  leaseCase("has leases again when it is reopened", async (target, reopen) => {
    await takeTwice(target);

    const { readModels: again } = await reopen();
    await again.prepare([books]);

    expect(await again.leases.read([books])).toEqual([second]);
    const step = { partition: "0", expected: 0, next: 1, rows: [], facts: [] };
    expect(await again.write(books, { ...step, epoch: 1 })).toEqual({ ok: false, reason: "lease-lost" });
  }),
];

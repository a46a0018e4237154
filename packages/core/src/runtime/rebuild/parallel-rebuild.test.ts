import { describe, expect, it } from "vitest";
import { account } from "../../../test/bank.ts";
import { deposit, release, sumFacts, sums, writingBy } from "../../../test/releases.ts";
import { type AnyProjection, projection, t, table } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine, ReadModel, ReadModelStore } from "../../port/index.ts";
import { readModelOf } from "../projection/fold.ts";

const partitions = 4;
const accounts = Array.from({ length: 24 }, (_, index) => `a${index}`);
const each = 10;

/** Rows that several accounts share, whatever their partition. */
function shared(rows: number): AnyProjection {
  return projection("sums", {
    version: 1,
    from: [account],
    key: ({ stream }) => `${Number(stream.id.slice(1)) % rows}`,
    into: table({ id: t.key(), cents: t.integer() }),
    on: { "account.Deposited": (row, { data }) => ({ cents: (row?.cents ?? 0) + data.cents }) },
  });
}

async function log(one: AnyProjection): Promise<Engine> {
  const engine = memoryEngine({ partitions });
  await Promise.all(accounts.map((id) => deposit(release(engine, one), id, each)));
  return engine;
}

const built = (one: AnyProjection): ReadModel => ({ ...readModelOf(one), build: 1 });

/** An engine that is told of each write to a build before it is done. */
function beforeWrites(engine: Engine, tell: (partition: string) => Promise<void>): Engine {
  const change = (write: ReadModelStore["write"]): ReadModelStore["write"] => {
    return async (model, step) => {
      if (model.build === 1) await tell(step.partition);
      return write(model, step);
    };
  };
  return writingBy(engine, change);
}

describe("a rebuild of a log in several partitions", () => {
  it.each([
    ["each of its keys belongs to one of them", sums(1)],
    ["it holds facts", sumFacts(1)],
  ])("G7 takes them in at the same time where %s", async (_, one) => {
    const engine = await log(one);
    const arrived = new Set<string>();
    const all = Promise.withResolvers<void>();
    const together = beforeWrites(engine, async (partition) => {
      arrived.add(partition);
      if (arrived.size === partitions) all.resolve();
      await all.promise;
    });
    const runtime = release(together, one);
    await runtime.prepare();

    const { done } = await runtime.builds.rebuild("sums");

    expect(done).toBe(accounts.length * each);
    const cents = await engine.readModels.reader(built(one)).find({ limit: 1_000 });
    expect(cents.reduce((sum, row) => sum + Number(row.cents), 0)).toBe(accounts.length * each);
  });

  it.each([1, 7])("G4 takes none of them in while another one changes the same rows, %s of them", async (rows) => {
    const one = shared(rows);
    const engine = await log(one);
    const slow = beforeWrites(engine, () => new Promise((resolve) => setTimeout(resolve, 1)));
    const runtime = release(slow, one);
    await runtime.prepare();

    await runtime.builds.rebuild("sums");

    const found = await engine.readModels.reader(built(one)).find();
    const expected = new Map<string, number>();
    for (const id of accounts) {
      const key = `${Number(id.slice(1)) % rows}`;
      expected.set(key, (expected.get(key) ?? 0) + each);
    }
    expect(new Map(found.map(({ id, cents }) => [id, cents]))).toEqual(expected);
  });
});

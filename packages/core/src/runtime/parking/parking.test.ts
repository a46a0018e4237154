import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PoisonedBank, type PoisonousOptions, versionsOf } from "../../../test/parking.ts";
import { piecemealTarget } from "../../../test/piecemeal-target.ts";
import { InvalidRowError, StoreFailureError } from "../../errors.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine, ReadModelStore, ReadModelWrite } from "../../port/index.ts";

/** A memory engine with another `write`. */
function writing(write: (target: ReadModelStore) => Partial<ReadModelStore>, partitions = 1): Engine {
  const engine = memoryEngine({ partitions });
  return { ...engine, readModels: { ...engine.readModels, ...write(engine.readModels) } };
}

/** Ten deposits each for a, b and c, in turns, of which these are poison; all folded in one page when the bank starts. */
async function bankWith(poison: readonly string[], options: PoisonousOptions = {}): Promise<PoisonedBank> {
  const bank = new PoisonedBank(options);
  for (const event of poison) bank.poison.events.add(event);
  for (let round = 0; round < 10; round++) await bank.deposit("a", "b", "c");
  return bank;
}

describe("G5 an event that fails", () => {
  it.each([
    ["first", 1],
    ["in the middle", 6],
    ["last", 10],
  ])("%s parks its stream from there on, and no other", async (_, version) => {
    const bank = await bankWith([`b@${version}`]);

    await bank.start();

    const before = version === 1 ? {} : { b: versionsOf("b", 1, version - 1) };
    expect(await bank.versions()).toEqual({ a: versionsOf("a", 1, 10), ...before, c: versionsOf("c", 1, 10) });
    expect(await bank.parked()).toEqual([
      {
        stream: "account-b",
        partition: "0",
        version,
        position: 3 * version - 1,
        error: { name: "TypeError", message: `cannot take b@${version}`, stack: expect.stringContaining("TypeError") },
        attempts: 3,
        parkedAt: expect.any(Number),
        waiting: 11 - version,
        lastVersion: 10,
        lastPosition: 29,
      },
    ]);
    expect(await bank.status()).toMatchObject({ state: "idle", parked: 1, partitions: [{ lag: 0 }] });
    expect(await bank.target.reader(bank.entries).count()).toBe(20 + version - 1);
  });

  it("in several streams parks each of them, those that follow one another included", async () => {
    const bank = await bankWith(["a@4", "b@4", "c@10"]);

    await bank.start();

    const rows = { a: versionsOf("a", 1, 3), b: versionsOf("b", 1, 3), c: versionsOf("c", 1, 9) };
    expect(await bank.versions()).toEqual(rows);
    expect(await bank.parked()).toMatchObject([
      { stream: "account-a", version: 4, waiting: 7 },
      { stream: "account-b", version: 4, waiting: 7 },
      { stream: "account-c", version: 10, waiting: 1 },
    ]);
  });

  it("and heals while it is retried parks nothing", async () => {
    const bank = await bankWith(["b@6"], { parking: { retries: 1_000 } });
    await bank.runtime.start();
    await bank.time.advance(500);
    expect(await bank.status()).toMatchObject({ state: "failing", error: expect.stringContaining("account-b@6") });

    bank.poison.events.clear();
    await bank.time.advance(500);

    expect(bank.poison.failures).toBeGreaterThan(2);
    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, 10) });
    expect(await bank.parked()).toEqual([]);
  });

  it("is tried as often as its projection says, whatever the settings say", async () => {
    const bank = await bankWith(["b@6"], { retries: 0 });

    await bank.start();

    expect(await bank.parked()).toMatchObject([{ attempts: 1 }]);
  });

  it("is told to observers once", async () => {
    const told: unknown[] = [];
    const bank = await bankWith(["b@6"], { observer: { streamParked: (parked) => told.push(parked) } });

    await bank.start();

    const error = expect.objectContaining({ message: expect.stringContaining("account-b@6") });
    expect(told).toContainEqual({ projection: "sums", stream: "account-b", error });
    expect(told).toHaveLength(2);
  });

  it.each([1, 2, 7, 100])("parks the same whatever the size of steps: %s", async (eventsPerStep) => {
    const bank = await bankWith(["a@1", "b@10"], { settings: { eventsPerStep } });

    await bank.start();

    expect(await bank.versions()).toEqual({ b: versionsOf("b", 1, 9), c: versionsOf("c", 1, 10) });
    expect(await bank.parked()).toMatchObject([
      { version: 1, waiting: 10 },
      { version: 10, waiting: 1 },
    ]);
  });

  it("leaves the row it shares to the streams of other partitions", async () => {
    const bank = await bankWith(["b@3"], { partitions: 4, key: () => "all" });

    await bank.start();
    await bank.deposit("a", "b", "c");
    await bank.time.advance(1_000);

    expect(await bank.rows()).toMatchObject({ all: { cents: 24 } });
    expect(await bank.parked()).toMatchObject([{ stream: "account-b", version: 3, waiting: 9, lastVersion: 11 }]);
  });
});

describe("G5 a stream that is parked", () => {
  it("is followed: what comes later waits behind it, across restarts", async () => {
    const bank = await bankWith(["b@10"]);
    await bank.start();
    await bank.deposit("b", "a", "b");
    await bank.time.advance(1_000);
    expect(await bank.parked()).toMatchObject([{ version: 10, waiting: 3, lastVersion: 12 }]);

    bank.poison.events.clear();
    await bank.restart();
    await bank.deposit("b", "a");
    await bank.time.advance(1_000);

    expect(await bank.parked()).toMatchObject([{ version: 10, waiting: 4, lastVersion: 13 }]);
    expect(await bank.versions()).toMatchObject({ a: versionsOf("a", 1, 12), b: versionsOf("b", 1, 9) });
  });

  it("is followed exactly when the answers of writes get lost", async () => {
    let calls = 0;
    const engine = writing((target) => ({
      async write(model, step) {
        const result = await target.write(model, step);
        if (++calls % 2 === 0) throw new StoreFailureError("the answer was lost");
        return result;
      },
    }));
    const bank = await bankWith(["a@2", "b@10"], { engine, settings: { eventsPerStep: 4 } });
    await bank.start();
    await bank.deposit("a", "b", "c");
    await bank.time.advance(2_000);

    expect(await bank.parked()).toMatchObject([
      { version: 2, waiting: 10 },
      { version: 10, waiting: 2 },
    ]);
    expect(await bank.versions()).toMatchObject({ c: versionsOf("c", 1, 11) });
  });

  it.each([2, 3, 4, 5])(
    "is followed exactly where every %sth write of a target without transactions is cut off",
    async (nth) => {
      let writes = 0;
      const readModels = piecemealTarget(() => {
        if (++writes % nth === 0) throw new StoreFailureError("cut off");
      });
      const engine = { ...memoryEngine(), readModels };
      const bank = await bankWith(["a@2", "b@5"], { engine, settings: { eventsPerStep: 4 }, key: () => "all" });
      await bank.start();
      await bank.deposit("a", "b", "c", "b");
      await bank.time.advance(20_000);

      expect(await bank.parked()).toMatchObject([
        { version: 2, waiting: 10, lastVersion: 11 },
        { version: 5, waiting: 8, lastVersion: 12 },
      ]);
      expect(await bank.rows()).toMatchObject({ all: { cents: 1 + 4 + 11 } });
    },
  );

  it("stays parked when the process dies right after it was parked", async () => {
    const bank = await bankWith(["b@2"]);
    let dead = false;
    const dying: Engine = {
      ...bank.engine,
      readModels: {
        ...bank.target,
        async write(model, step) {
          if (dead) return new Promise<never>(() => undefined);
          dead = (step.parked ?? []).length > 0;
          return bank.target.write(model, step);
        },
      },
    };
    await bank.runtimeOn(dying).start();
    await bank.time.advance(2_000);
    expect(dead).toBe(true);

    bank.poison.events.clear();
    await bank.start();

    const total = (await bank.parked()).length + (await bank.target.parking.count(bank.entries));
    expect(total).toBe(1);
    expect(await bank.versions()).toMatchObject({ a: versionsOf("a", 1, 10), c: versionsOf("c", 1, 10) });
  });
});

describe("G5 rows that the target refuses", () => {
  const refusing = (refuse: (step: ReadModelWrite) => boolean) =>
    writing((target) => ({
      async write(model, step) {
        if (refuse(step)) throw new InvalidRowError("a row of the step does not please the target");
        return target.write(model, step);
      },
    }));

  it.each([1, 5, 10])("park the stream of the event that made them: %s", async (version) => {
    const engine = refusing(({ rows }) => rows.some(({ row }) => String(row?.versions).includes(`b@${version}`)));
    const bank = await bankWith([], { engine });

    await bank.start();

    expect(await bank.versions()).toMatchObject({ a: versionsOf("a", 1, 10), c: versionsOf("c", 1, 10) });
    expect((await bank.versions()).b).toBe(version === 1 ? undefined : versionsOf("b", 1, version - 1));
    expect(await bank.parked()).toMatchObject([
      { stream: "account-b", version, attempts: 3, waiting: 11 - version, error: { name: "InvalidRowError" } },
    ]);
  });
});

describe("G5 failures of an engine", () => {
  it("park nothing, however long they last", async () => {
    let broken = true;
    const engine = writing((target) => ({
      async write(model, step) {
        if (broken) throw new StoreFailureError("unreachable");
        return target.write(model, step);
      },
    }));
    const bank = await bankWith([], { engine });
    await bank.runtime.start();
    await bank.time.advance(60_000);
    expect(await bank.status()).toMatchObject({ state: "failing", error: "unreachable", parked: 0 });

    broken = false;
    await bank.time.advance(1_000);

    expect(await bank.parked()).toEqual([]);
    expect(await bank.versions()).toMatchObject({ a: versionsOf("a", 1, 10) });
  });
});

describe("G5 a projection of which too much fails", () => {
  const ids = Array.from({ length: 40 }, (_, index) => `x${index + 10}`);

  async function ruined(parking: PoisonousOptions["parking"], failing: number): Promise<PoisonedBank> {
    const bank = new PoisonedBank({ parking: { retries: 0, ...parking } });
    for (const id of ids.slice(40 - failing)) bank.poison.events.add(`${id}@1`);
    await bank.deposit(...ids, ...ids);
    await bank.start();
    return bank;
  }

  it("halts at its share, says so, and goes on by itself once it is fixed", async () => {
    const bank = await ruined({ share: 0.25, atLeast: 3 }, 20);

    const status = await bank.status();
    expect(status).toMatchObject({ state: "halted", parked: 6, partitions: [{ position: 26, lag: 54 }] });
    expect(status.error).toMatch(/has halted: 7 of the 27 streams that it handled lately fail.*redrive.*account-x36@1/);
    bank.poison.events.clear();
    await bank.time.advance(1_000);

    expect(await bank.status()).toMatchObject({ state: "idle", parked: 6 });
    expect((await bank.parked()).map(({ waiting }) => waiting)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it("parks no more after a restart", async () => {
    const bank = await ruined({ share: 0.25, atLeast: 3 }, 20);

    for (let round = 0; round < 3; round++) await bank.restart();

    expect(await bank.status()).toMatchObject({ state: "halted", parked: 6, partitions: [{ position: 26 }] });
  });

  it("parks a few whatever their share", async () => {
    const bank = await ruined({ share: 0, atLeast: 3 }, 3);

    expect(await bank.status()).toMatchObject({ state: "idle", parked: 3 });
  });

  it("halts at the first stream beyond those few", async () => {
    const bank = await ruined({ share: 0, atLeast: 3 }, 4);

    expect(await bank.status()).toMatchObject({ state: "halted", parked: 3 });
  });

  it("halts at the most that may be parked", async () => {
    const bank = await ruined({ share: 1, atMost: 5 }, 20);

    const status = await bank.status();
    expect(status).toMatchObject({ state: "halted", parked: 5 });
    expect(status.error).toContain("5 streams are parked, and more may not be");
  });
});

describe("G5 whatever fails, and whenever", () => {
  it("the read model holds exactly the events before the first poison of each stream, in order", async () => {
    const ids = ["a", "b", "c", "d"];
    const what = fc.oneof(
      { weight: 6, arbitrary: fc.record({ deposit: fc.constantFrom(...ids) }) },
      { weight: 2, arbitrary: fc.record({ advance: fc.integer({ min: 0, max: 300 }) }) },
      { weight: 1, arbitrary: fc.constant({ restart: true }) },
    );
    const poison = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 1, max: 8 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        poison,
        fc.array(what, { minLength: 20, maxLength: 60 }),
        async (seed, bad, steps) => {
          const lost = { every: 3 + (Math.abs(seed) % 5), calls: 0 };
          const engine = writing(
            (target) => ({
              async write(model, step) {
                const result = await target.write(model, step);
                if (++lost.calls % lost.every === 0) throw new StoreFailureError("the answer was lost");
                return result;
              },
            }),
            3,
          );
          const bank = new PoisonedBank({ engine, seed, settings: { eventsPerStep: 1 + (Math.abs(seed) % 9) } });
          for (const [id, version] of bad) bank.poison.events.add(`${id}@${version}`);
          await bank.runtime.start();
          const deposited = new Map<string, number>();
          for (const step of steps) {
            if ("deposit" in step) {
              deposited.set(step.deposit, (deposited.get(step.deposit) ?? 0) + 1);
              await bank.deposit(step.deposit);
            } else if ("advance" in step) await bank.time.advance(step.advance);
            else await bank.restart();
          }
          await bank.time.advance(5_000);

          const expected = [...deposited].map(([id, count]) => {
            const first = Math.min(...bad.flatMap(([who, version]) => (who === id ? [version] : [])), count + 1);
            return { id, count, first };
          });
          const good = expected.filter(({ first }) => first > 1);
          expect(await bank.versions()).toEqual(
            Object.fromEntries(good.map(({ id, first }) => [id, versionsOf(id, 1, first - 1)])),
          );
          const waiting = expected.filter(({ first, count }) => first <= count);
          expect((await bank.parked()).map(({ stream, version, waiting: count }) => [stream, version, count])).toEqual(
            waiting
              .map(({ id, first, count }) => [`account-${id}`, first, count - first + 1])
              .sort((one, other) => String(one[0]).localeCompare(String(other[0]))),
          );
        },
      ),
      { numRuns: 100 },
    );
  }, 180_000);
});

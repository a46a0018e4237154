import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { account, balances, bank, deposits, realEnvironment } from "../../../test/bank.ts";
import { deposit, quick, quickRuntimeOn } from "../../../test/bank-runtimes.ts";
import { aggregate, app, event, projection, t, table } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine, ReadModelStore, WriteResult } from "../../port/index.ts";
import { createRuntime } from "../create-runtime.ts";
import { defaultSettings } from "../settings.ts";
import { readModelOf } from "./fold.ts";

/** The engine with some methods of its target replaced. */
function withTarget(engine: Engine, wrap: (target: ReadModelStore) => Partial<ReadModelStore>): Engine {
  const { readModels: target } = engine;
  return { ...engine, readModels: { ...target, ...wrap(target) } };
}

async function caughtUp(runtime: ReturnType<typeof quickRuntimeOn>) {
  await vi.waitFor(async () => {
    const { projections } = await runtime.status();
    expect(projections.flatMap(({ partitions }) => partitions).every(({ lag }) => lag === 0)).toBe(true);
  });
}

const rowsOf = (engine: Engine) => engine.readModels.reader(readModelOf(balances)).find({ limit: 1_000 });
const factsOf = (engine: Engine) => engine.readModels.reader(readModelOf(deposits)).count();

/** One row for all accounts, whatever their partitions. */
const total = projection("total", {
  version: 1,
  from: [account],
  key: () => "all",
  into: table({ id: t.key(), cents: t.integer() }),
  on: { "account.Deposited": (row, { data }) => ({ cents: (row?.cents ?? 0) + data.cents }) },
});

describe("projections", () => {
  it("G4 fold every event once, in all read models, across a restart", async () => {
    const engine = memoryEngine();
    const first = quickRuntimeOn(engine, { ...quick, eventsPerStep: 7 });
    await first.start();
    for (const id of ["a", "b", "c"]) await deposit(first, id, 30);
    await first.stop();
    const second = quickRuntimeOn(engine, { ...quick, eventsPerStep: 5 });
    await deposit(second, "a", 10);
    await second.start();
    await caughtUp(second);

    expect(await rowsOf(engine)).toMatchObject([
      { id: "a", cents: 40, entries: 40 },
      { id: "b", cents: 30, entries: 30 },
      { id: "c", cents: 30, entries: 30 },
    ]);
    expect(await factsOf(engine)).toBe(100);
    await second.stop();
  });

  it("G4 count once although two workers run the same projections", async () => {
    const engine = memoryEngine({ partitions: 3 });
    const workers = [
      quickRuntimeOn(engine, { ...quick, eventsPerStep: 3 }),
      quickRuntimeOn(engine, { ...quick, eventsPerStep: 4 }),
    ] as const;
    await Promise.all(workers.map((worker) => worker.start()));
    for (const id of ["a", "b", "c", "d"]) await deposit(workers[0], id, 25);
    await caughtUp(workers[1]);
    await Promise.all(workers.map((worker) => worker.stop()));

    expect((await rowsOf(engine)).map(({ id, cents }) => [id, cents])).toEqual([
      ["a", 25],
      ["b", 25],
      ["c", 25],
      ["d", 25],
    ]);
    expect(await factsOf(engine)).toBe(100);
  });

  it("G4 count exactly when streams of several partitions fold into one row", async () => {
    const engine = memoryEngine({ partitions: 4 });
    const one = app({ aggregates: [account], projections: [total] });
    const settings = { ...quick, eventsPerStep: 3 };
    const runtime = createRuntime(one, { engine, environment: realEnvironment, settings });
    const depositInEach = () =>
      Promise.all(Array.from({ length: 40 }, (_, id) => runtime.execute(account, `a${id}`, "Deposit", { cents: 1 })));
    await depositInEach();
    await depositInEach();
    await runtime.start();
    await depositInEach();
    await vi.waitFor(async () => {
      const [status] = (await runtime.status()).projections;
      expect(status?.partitions.map(({ lag }) => lag)).toEqual([0, 0, 0, 0]);
    });
    await runtime.stop();

    expect(await engine.readModels.reader(readModelOf(total)).get("all")).toEqual({ id: "all", cents: 120 });
  });

  it("G4 G10 are not undone by a step that failed and is done later, in a row of several partitions", async () => {
    const engine = memoryEngine({ partitions: 4 });
    let failed: { readonly partition: string; readonly late: () => Promise<WriteResult> } | undefined;
    let outcome: WriteResult | undefined;
    const slow = withTarget(engine, ({ write }) => ({
      write: async (model, step) => {
        if (!failed) {
          failed = { partition: step.partition, late: () => write(model, step) };
          throw new Error("nobody knows whether it was written");
        }
        const result = await write(model, step);
        if (result.ok && step.partition !== failed.partition) outcome ??= await failed.late();
        return result;
      },
    }));
    const one = app({ aggregates: [account], projections: [total] });
    const runtime = createRuntime(one, { engine: slow, environment: realEnvironment, settings: quick });
    await Promise.all(
      Array.from({ length: 40 }, (_, id) => runtime.execute(account, `a${id}`, "Deposit", { cents: 1 })),
    );
    await runtime.start();
    await vi.waitFor(async () => {
      const [status] = (await runtime.status()).projections;
      expect(status?.partitions.map(({ lag }) => lag)).toEqual([0, 0, 0, 0]);
    });
    await runtime.stop();

    expect(outcome).toEqual({ ok: false, reason: "lease-lost" });
    expect(await engine.readModels.reader(readModelOf(total)).get("all")).toEqual({ id: "all", cents: 40 });
  });

  it("G10 lose and double nothing when a write's answer is lost", async () => {
    const engine = memoryEngine();
    let calls = 0;
    const flaky = withTarget(engine, ({ write }) => ({
      write: async (model, step) => {
        calls++;
        if (calls % 3 === 0) throw new Error("lost before the write");
        const result = await write(model, step);
        if (calls % 3 === 1) throw new Error("lost after the write");
        return result;
      },
    }));
    const runtime = quickRuntimeOn(flaky, { ...quick, eventsPerStep: 10 });
    await deposit(runtime, "a", 60);
    await runtime.start();
    await caughtUp(runtime);
    await runtime.stop();

    expect(await rowsOf(engine)).toMatchObject([{ id: "a", cents: 60, entries: 60 }]);
    expect(await factsOf(engine)).toBe(60);
    expect(calls).toBeGreaterThan(12);
  });

  it("delete a row when the handler returns null, and start it anew", async () => {
    const engine = memoryEngine();
    const runtime = quickRuntimeOn(engine);
    await runtime.start();
    await deposit(runtime, "a", 1);
    await runtime.execute(account, "a", "Close", {});
    await caughtUp(runtime);

    expect(await rowsOf(engine)).toEqual([]);
    await runtime.stop();
  });

  it("retry a failing event without skipping it, say so, and let other projections go on", async () => {
    let broken = true;
    const fragile = projection("fragile", {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key(), cents: t.integer() }),
      on: {
        "account.Deposited": (row, { data, version }) => {
          if (broken && version === 3) throw new Error("cannot take the third");
          return { cents: (row?.cents ?? 0) + data.cents };
        },
      },
    });
    const both = app({ aggregates: [account], projections: [fragile, balances] });
    const engine = memoryEngine();
    const parking = { ...defaultSettings.parking, retries: Number.POSITIVE_INFINITY };
    const runtime = createRuntime(both, { engine, environment: realEnvironment, settings: { ...quick, parking } });
    await runtime.start();
    for (let count = 0; count < 5; count++) await runtime.execute(account, "a", "Deposit", { cents: 1 });

    const error = 'projection "fragile" failed on account-a@3 (account.Deposited): cannot take the third';
    await vi.waitFor(async () => {
      const [failing, healthy] = (await runtime.status()).projections;
      expect(failing).toMatchObject({
        name: "fragile",
        state: "failing",
        error,
        partitions: [{ position: expect.any(Number), head: 5 }],
      });
      expect(healthy?.partitions).toMatchObject([{ position: 5, lag: 0 }]);
    });
    broken = false;
    await vi.waitFor(async () =>
      expect(await engine.readModels.reader(readModelOf(fragile)).get("a")).toEqual({ id: "a", cents: 5 }),
    );
    await runtime.stop();
  });

  it("park the stream of a row that does not fit its columns, and write none of it", async () => {
    const wrong = projection("wrong", {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key(), cents: t.integer() }),
      on: { "account.Deposited": () => ({ cents: 0.5 }) },
    });
    const engine = memoryEngine();
    const runtime = createRuntime(app({ aggregates: [account], projections: [wrong] }), {
      engine,
      environment: realEnvironment,
      settings: quick,
    });
    await runtime.start();
    await runtime.execute(account, "a", "Deposit", { cents: 1 });

    await vi.waitFor(async () => expect((await runtime.status()).projections).toMatchObject([{ parked: 1 }]), 30_000);
    await runtime.stop();

    const [entry] = await engine.readModels.parking.list(readModelOf(wrong), { limit: 10 });
    expect(entry).toMatchObject({ stream: "account-a", version: 1, attempts: 6, waiting: 1 });
    expect(entry?.error).toMatchObject({
      name: "InvalidRowError",
      message: 'read model "wrong", key "a", column "cents": the number 0.5 in a column of type integer.',
    });
    expect(await engine.readModels.reader(readModelOf(wrong)).count()).toBe(0);
  });

  it("see old events lifted to today's schema, and so does the aggregate", async () => {
    const engine = memoryEngine();
    const v1 = aggregate("sum", {
      initialState: 0,
      events: { Added: z.object({ amount: z.number() }) },
      commands: { Add: z.object({ amount: z.number() }) },
      decide: { Add: ({ amount }) => ({ Added: { amount } }) },
      evolve: { Added: (state, { amount }) => state + amount },
    });
    const v3 = aggregate("sum", {
      initialState: 0,
      events: {
        Added: event(z.object({ cents: z.int(), by: z.string() }), {
          upcasters: [
            (old: { amount: number }) => ({ cents: old.amount * 100 }),
            (old: { cents: number }) => ({ ...old, by: "nobody" }),
          ],
        }),
      },
      commands: { Add: z.object({ cents: z.int() }), Check: z.object({ cents: z.int() }) },
      decide: {
        Add: ({ cents }) => ({ Added: { cents, by: "ann" } }),
        Check: ({ cents }, state) => (cents === state ? [] : { Added: { cents: 0, by: String(state) } }),
      },
      evolve: { Added: (state, { cents }) => state + cents },
    });
    const old = createRuntime(app({ aggregates: [v1] }), { engine, environment: realEnvironment });
    await old.execute(v1, "1", "Add", { amount: 2 });
    const runtime = createRuntime(app({ aggregates: [v3] }), { engine, environment: realEnvironment });
    await runtime.execute(v3, "1", "Add", { cents: 5 });

    expect(await runtime.execute(v3, "1", "Check", { cents: 205 })).toMatchObject({ ok: true, version: 2 });
    const { events } = await runtime.readStream("sum", "1");
    expect(events.map(({ data }) => data)).toEqual([
      { cents: 200, by: "nobody" },
      { cents: 5, by: "ann" },
    ]);
    await expect(old.readStream("sum", "1")).rejects.toThrow(/schema version 3 of "sum.Added"; this app knows 1/);
  });
});

describe("status", () => {
  it("is passive: before start it says stopped and nothing moves", async () => {
    const engine = memoryEngine();
    const runtime = quickRuntimeOn(engine);
    await runtime.prepare();
    await deposit(runtime, "a", 4);

    const status = await runtime.status();

    expect(status.projections).toMatchObject([
      {
        name: "balances",
        version: 1,
        state: "stopped",
        partitions: [{ partition: "0", position: 0, head: 4, lag: 4 }],
      },
      { name: "deposits", state: "stopped" },
    ]);
    expect((await runtime.status()).projections[0]?.partitions[0]?.position).toBe(0);
  });
});

describe("a log restored from an older backup", () => {
  it("is noticed: the projection says so instead of skipping what comes next", async () => {
    const [before, restored] = [memoryEngine(), memoryEngine()];
    const old = quickRuntimeOn(before);
    await old.start();
    await deposit(old, "a", 5);
    await caughtUp(old);
    await old.stop();
    const runtime = quickRuntimeOn({ ...restored, readModels: before.readModels });
    await deposit(runtime, "a", 1);
    await runtime.start();

    await vi.waitFor(async () => {
      const [status] = (await runtime.status()).projections;
      expect(status?.error).toMatch(/includes position 5 of partition 0, but the log ends at 1.*older backup/);
    });
    await runtime.stop();
  });
});

describe("stop", () => {
  it("does not wait for the pause of a failing projection", async () => {
    const engine = withTarget(memoryEngine(), () => ({ checkpoint: () => Promise.reject(new Error("unreachable")) }));
    const failed = Promise.withResolvers<void>();
    const observer = { stepFailed: () => failed.resolve() };
    const environment = { ...realEnvironment, random: { next: () => 1 } };
    const settings = { stepBackoffMs: 3_600_000 };
    const slow = createRuntime(bank, { engine, environment, settings, observer });
    await slow.start();
    await failed.promise;

    await slow.stop();

    expect((await quickRuntimeOn(memoryEngine()).status()).accepting).toBe(true);
  });
});

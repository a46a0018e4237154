import { describe, expect, it } from "vitest";
import * as z from "zod";
import { shop } from "../../../test/checkout.ts";
import { PoisonedBank } from "../../../test/parking.ts";
import { PolicyWorld } from "../../../test/policy-world.ts";
import { buildsOf, deposit, release, sums } from "../../../test/releases.ts";
import { leaseMs, projections, type Worker, World } from "../../../test/workers.ts";
import { aggregate, app, policy, send } from "../../index.ts";
import { type MemoryEnvironment, memoryEngine } from "../../memory/index.ts";
import { readModelOf } from "../projection/fold.ts";
import type { CatchUpOptions, CaughtUp } from "./catch-up.ts";

/** Runs it to its end while time passes. */
async function during<T>(time: MemoryEnvironment, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  ended.catch(() => undefined);
  for (let round = 0; !done && round < 10_000; round++) await time.advance(10);
  return ended;
}

function caughtUp(world: World, worker: Worker, options?: CatchUpOptions): Promise<CaughtUp> {
  return during(world.time, worker.runtime.catchUp(options));
}

function all(world: World): readonly number[] {
  return projections.map(() => world.deposited);
}

async function holders({ leases }: World): Promise<readonly (string | null | undefined)[]> {
  return (await leases.read(projections.map((one) => readModelOf(one)))).map((lease) => lease?.holder);
}

describe("catching up", () => {
  it("brings every read model up to what the feed shows, and leaves no lease behind", async () => {
    const world = new World();
    const worker = world.idleWorker();
    await world.deposit(worker);

    expect(await caughtUp(world, worker)).toEqual({ done: true, behind: [] });

    expect(await world.sums()).toEqual(all(world));
    expect(await holders(world)).toEqual(projections.map(() => null));
    await world.deposit(worker);
    const written = worker.writes.length;
    await world.time.advance(20 * leaseMs);
    expect(worker.writes).toHaveLength(written);
  });

  it("touches no lease when there is nothing to do", async () => {
    const world = new World();
    const worker = world.idleWorker();
    await world.deposit(worker);
    await caughtUp(world, worker);
    const taken = worker.taken.length;

    expect(await caughtUp(world, worker)).toEqual({ done: true, behind: [] });

    expect(worker.taken).toHaveLength(taken);
  });

  it("works on the projections that it is told, and refuses others by name", async () => {
    const world = new World();
    const worker = world.idleWorker();
    await world.deposit(worker);

    await caughtUp(world, worker, { projections: ["p2"] });

    expect(await world.sums()).toEqual([0, 7, 0, 0, 0, 0]);
    await expect(worker.runtime.catchUp({ projections: ["p9"] })).rejects.toThrow('No projection is named "p9"');
    await expect(worker.runtime.catchUp({ policies: ["p9"] })).rejects.toThrow('No policy is named "p9"');
  });

  it("G10 ends when its time is up, says what is behind, and goes on the next time", async () => {
    const world = new World({ latencyMs: 40 });
    const worker = world.idleWorker();
    const depositing = world.deposit(worker, 60);
    await during(world.time, depositing);

    const cutOff = await caughtUp(world, worker, { withinMs: 150 });

    expect(cutOff.done).toBe(false);
    expect(cutOff.behind.map(({ name }) => name)).toContain("p1");
    expect(cutOff.behind.every(({ lag }) => lag > 0)).toBe(true);
    expect(await holders(world)).toEqual(projections.map(() => null));
    for (let slices = 0; slices < 200 && !(await caughtUp(world, worker, { withinMs: 150 })).done; slices++);
    expect(await world.sums()).toEqual(all(world));
  });

  it("G4 gives each event once in effect although several do it at once", async () => {
    const world = new World({ latencyMs: 15 });
    const workers = [world.idleWorker(), world.idleWorker(), world.idleWorker()];
    await during(world.time, world.deposit(workers[0] as Worker, 40));

    const results = await during(world.time, Promise.all(workers.map(({ runtime }) => runtime.catchUp())));

    expect(results).toEqual(workers.map(() => ({ done: true, behind: [] })));
    expect(await world.sums()).toEqual(all(world));
  });

  it("G4 takes over from a worker that was frozen with its leases, which writes nothing when it thaws", async () => {
    const world = new World();
    const frozen = world.idleWorker();
    await world.deposit(frozen);
    frozen.pauseBeforeWrite = true;
    const cutOff = frozen.runtime.catchUp();
    cutOff.catch(() => undefined);
    await world.time.advance(1);
    expect(frozen.paused).toBe(true);
    const next = world.idleWorker();

    expect(await caughtUp(world, next, { withinMs: leaseMs / 2 })).toMatchObject({ done: false });
    expect(await caughtUp(world, next)).toEqual({ done: true, behind: [] });
    const written = frozen.writes.length;
    frozen.resume();
    await during(world.time, cutOff);

    expect(frozen.writes.slice(written).filter(({ ok }) => ok)).toEqual([]);
    expect(await world.sums()).toEqual(all(world));
  });

  it("waits for what the holder of a lease does, and takes nothing from it", async () => {
    const world = new World();
    const holder = await world.worker();
    await world.time.advance(leaseMs);
    const { taken } = holder;
    const passing = world.idleWorker();
    await world.deposit(passing);

    expect(await caughtUp(world, passing)).toEqual({ done: true, behind: [] });

    expect(passing.taken).toEqual([]);
    expect([...taken].sort()).toEqual(projections.map(({ name }) => name));
    expect(holder.lost).toEqual([]);
  });

  it("does not wait for a projection that has halted", async () => {
    const bank = new PoisonedBank({ parking: { retries: 0, share: 0, atLeast: 1 } });
    for (const id of ["x", "y", "z"]) bank.poison.events.add(`${id}@1`);
    await bank.deposit("x", "y", "z");

    const { done, behind } = await bank.during(bank.runtime.catchUp({ withinMs: 300_000 }));

    expect(done).toBe(false);
    expect(behind).toMatchObject([
      { name: "sums", state: "halted", error: expect.stringContaining("has halted") },
      { name: "entries", state: "halted" },
    ]);
    expect(bank.time.clock.now()).toBeLessThan(Date.UTC(2026, 0, 1) + 60_000);
  });

  it("ends when the runtime stops", async () => {
    const world = new World({ latencyMs: 40 });
    const worker = world.idleWorker();
    await during(world.time, world.deposit(worker, 60));
    const work = worker.runtime.catchUp();
    await world.time.advance(100);

    await worker.stop();

    expect(await work).toMatchObject({ done: false });
    await expect(worker.runtime.catchUp()).rejects.toMatchObject({ code: "stopped" });
  });

  it("G7 builds a raised version and switches to it", async () => {
    const engine = memoryEngine({ partitions: 3 });
    const first = release(engine, sums(1));
    await deposit(first, "a", 30);
    expect(await first.catchUp()).toEqual({ done: true, behind: [] });
    const second = release(engine, sums(2));

    expect(await second.catchUp()).toEqual({ done: true, behind: [] });

    expect(await buildsOf(engine)).toEqual(["1.0 previous", "2.0 live"]);
    expect(await second.ask("row", { id: "a" })).toEqual({ ok: true, value: { id: "a", cents: 60 } });
  });
});

describe("catching up with policies", () => {
  const hour = 3_600_000;

  /** Until nothing new comes of it, as wake-ups for each new event would. */
  async function slices(world: PolicyWorld, options?: CatchUpOptions): Promise<readonly string[]> {
    const { runtime } = world.process();
    for (let known = -1; ; ) {
      const log = await world.log();
      if (log.length === known) return log;
      known = log.length;
      await during(world.time, runtime.catchUp(options));
    }
  }

  async function place(world: PolicyWorld): Promise<void> {
    const { runtime } = world.process();
    const request = { aggregate: "order", id: "a1", command: "Place", data: { cents: 5 }, commandId: "place-a1" };
    await during(world.time, runtime.dispatch(request));
  }

  it("G10 does what is due, each command and effect once", async () => {
    const world = new PolicyWorld(shop, { takeOverAtStart: false });
    await place(world);

    expect(await slices(world)).toEqual(["order-a1: Paid", "order-a1: Placed", "till-a: Charged"]);

    expect(world.performed.map(({ payload }) => payload)).toEqual([{ order: "a1" }]);
  });

  it("leaves policies alone where it is told none", async () => {
    const world = new PolicyWorld(shop, { takeOverAtStart: false });
    await place(world);

    expect(await slices(world, { policies: [] })).toEqual(["order-a1: Placed"]);
  });

  it("runs a schedule although no event ever comes", async () => {
    const day = aggregate("day", {
      initialState: null,
      events: { Closed: z.object({}) },
      commands: { Close: z.object({}) },
      decide: { Close: () => ({ Closed: {} }) },
      evolve: { Closed: (state) => state },
    });
    const at = { description: "hourly", next: (after: number) => (Math.floor(after / hour) + 1) * hour };
    const run = ({ at: due }: { readonly at: string }) => send(day, due.slice(11, 16), "Close", {});
    const closing = policy("closing", { from: [day], on: {}, schedules: { close: { at, run } } });
    const world = new PolicyWorld(app({ aggregates: [day], policies: [closing] }), { takeOverAtStart: false });

    for (let run = 0; run < 6; run++) {
      await slices(world);
      await world.time.advance(hour / 2);
    }

    expect(await world.log()).toEqual(["day-01:00: Closed", "day-02:00: Closed"]);
  });
});

describe("a runtime that has settled", () => {
  it("has no snapshot on its way any more", async () => {
    const engine = memoryEngine();
    const written = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const writeSnapshot = () => {
      began.resolve();
      return written.promise;
    };
    const eventStore = { ...engine.eventStore, writeSnapshot };
    const runtime = release({ ...engine, eventStore }, sums(1));
    await deposit(runtime, "a", 10);
    await began.promise;
    let settled = false;
    const settling = runtime.settled().then(() => {
      settled = true;
    });
    await Promise.resolve();

    expect(settled).toBe(false);
    written.resolve();
    await settling;
  });
});

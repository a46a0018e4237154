import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectExact, leaseMs, projections, shares, type Worker, World } from "../../../test/workers.ts";
import { readModelOf } from "../projection/fold.ts";

describe("leases that fail", () => {
  it("show as failing, move nothing while all are cut off, and recover", async () => {
    const world = new World();
    const workers = await Promise.all([world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);
    const taken = workers.map((worker) => worker.taken.length);

    for (const worker of workers) worker.leaseFault = () => "before";
    await world.deposit(workers[0]);
    await world.time.advance(5 * leaseMs);
    const outage = await workers[0].runtime.status();
    for (const worker of workers) worker.leaseFault = undefined;
    await world.time.advance(leaseMs);

    expect(outage.projections).toMatchObject(
      projections.map(({ name }) => ({ name, state: "failing", error: "the leases are unreachable" })),
    );
    expect(workers[0].failures.length).toBeGreaterThan(5);
    expect((await workers[0].runtime.status()).projections.map(({ state }) => state)).not.toContain("failing");
    expect(await shares(...workers)).toEqual([3, 3]);
    expect(workers.map((worker) => worker.taken.length)).toEqual(taken);
    await expectExact(world);
  });

  it("are lost to the others by a worker that alone cannot renew, and its steps are refused", async () => {
    const world = new World();
    const [cutOff, other] = await Promise.all([world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);

    cutOff.leaseFault = () => "before";
    for (let round = 0; round < 9; round++) {
      await world.deposit(cutOff);
      await world.time.advance(leaseMs / 3);
    }

    expect(await shares(other)).toEqual([6]);
    expect(cutOff.writes).toContainEqual({ ok: false, reason: "lease-lost" });
    cutOff.leaseFault = undefined;
    await world.time.advance(3 * leaseMs);
    expect(await shares(cutOff, other)).toEqual([3, 3]);
    await expectExact(world);
  });

  it("are recognized at the next look when the answer to taking them was lost", async () => {
    const world = new World();
    const worker = world.idleWorker();
    worker.leaseFault = (call) => (call === "replace" ? "after" : undefined);
    await worker.runtime.start();
    await world.time.advance(0);
    worker.leaseFault = undefined;
    expect(await shares(worker)).toEqual([0]);

    await world.time.advance(leaseMs / 3);

    expect(await shares(worker)).toEqual([6]);
    const models = projections.map(readModelOf);
    expect((await world.leases.read(models)).map((lease) => lease?.epoch)).toEqual(models.map(() => 1));
  });

  it("are kept although answers get lost", async () => {
    const world = new World();
    let calls = 0;
    const fault = () => (++calls % 3 === 0 ? "after" : undefined);
    const workers = await Promise.all([world.worker(), world.worker()]);
    for (const worker of workers) worker.leaseFault = fault;
    for (let round = 0; round < 30; round++) {
      await world.deposit(workers[round % 2] as Worker);
      await world.time.advance(leaseMs / 2);
    }

    for (const worker of workers) worker.leaseFault = undefined;
    await world.time.advance(3 * leaseMs);
    expect(await shares(...workers)).toEqual([3, 3]);
    await expectExact(world);
  });

  it("do not keep a worker from stopping", async () => {
    const world = new World();
    const [stopping, other] = await Promise.all([world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);
    stopping.leaseFault = () => "before";

    await stopping.stop();
    await world.deposit(other);
    await world.time.advance(2 * leaseMs);

    expect(stopping.failures.length).toBeGreaterThan(0);
    expect(await shares(other)).toEqual([6]);
    await expectExact(world);
  });
});

describe("G4 G10 totals", () => {
  it("are exact whatever happens to the workers", async () => {
    const event = fc.record({
      who: fc.nat(3),
      what: fc.constantFrom("pause", "pause before write", "resume", "restart", "fault", "heal", "deposit"),
      ms: fc.integer({ min: 0, max: leaseMs }),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(event, { minLength: 10, maxLength: 30 }), async (seed, events) => {
        const world = new World({ seed, latencyMs: seed % 2 === 0 ? 0 : 25 });
        const workers = await Promise.all([world.worker(), world.worker(), world.worker(), world.worker()]);
        const client = await world.worker();
        for (const { who, what, ms } of events) {
          const worker = workers[who] as Worker;
          if (what === "pause") worker.pause();
          if (what === "pause before write") worker.pauseBeforeWrite = true;
          if (what === "resume") worker.resume();
          if (what === "fault") worker.leaseFault = (call) => (call === "replace" ? "after" : "before");
          if (what === "heal") worker.leaseFault = undefined;
          if (what === "restart" && !worker.paused) {
            worker.pauseBeforeWrite = false;
            await worker.stop();
            workers[who] = await world.worker();
          }
          await world.deposit(client, 4);
          await world.time.advance(ms);
        }
        for (const worker of workers) worker.resume();
        await expectExact(world);
      }),
      { numRuns: 12 },
    );
  });
});

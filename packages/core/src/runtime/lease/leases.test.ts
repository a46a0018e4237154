import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaseMs, projections, type Worker, World } from "../../../test/workers.ts";
import { memoryEnvironment } from "../../memory/index.ts";
import { readModelOf } from "../fold.ts";

const day = 24 * 3_600_000;

/** How many projections each worker works on. */
async function shares(...workers: readonly Worker[]): Promise<readonly number[]> {
  return (await Promise.all(workers.map((worker) => worker.holds()))).map(({ length }) => length);
}

async function expectExact(world: World): Promise<void> {
  const exact = projections.map(() => world.deposited);
  for (let round = 0; round < 20; round++) {
    await world.time.advance(leaseMs);
    if (String(await world.sums()) === String(exact)) break;
  }
  await world.time.advance(leaseMs);
  expect(await world.sums()).toEqual(exact);
  for (const epochs of world.epochs.values()) {
    expect(epochs).toEqual([...epochs].sort((one, other) => Number(one) - Number(other)));
  }
}

describe("projections of several workers", () => {
  it("are all run by a worker that is alone, from the start", async () => {
    const world = new World();
    await world.deposit(world.idleWorker());
    const alone = await world.worker();
    await world.time.advance(100);

    expect(await shares(alone)).toEqual([6]);
    expect(await world.sums()).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it("are spread evenly, and every worker can tell who runs what", async () => {
    const world = new World();
    const workers = await Promise.all([world.worker(), world.worker(), world.worker()]);
    for (let round = 0; round < 12; round++) {
      await world.deposit(workers[round % 3] as Worker);
      await world.time.advance(leaseMs / 3);
    }

    expect(await shares(...workers)).toEqual([2, 2, 2]);
    const views = await Promise.all(workers.map(({ runtime }) => runtime.status()));
    const holders = views.map(({ projections: all }) => all.map(({ holder }) => holder));
    expect(holders).toEqual([holders[0], holders[0], holders[0]]);
    expect(new Set(holders[0])).toEqual(new Set(views.map(({ worker }) => worker)));
    expect(views[0]?.projections.filter(({ state }) => state === "elsewhere")).toHaveLength(4);
    await expectExact(world);
  });

  it("move to a worker that joins, one at a time, and then stay where they are", async () => {
    const world = new World();
    const first = await world.worker();
    await world.time.advance(leaseMs);
    const second = await world.worker();
    await world.deposit(second);
    await world.time.advance(3 * leaseMs);
    expect(await shares(first, second)).toEqual([3, 3]);
    const third = await world.worker();
    await world.deposit(third);
    await world.time.advance(3 * leaseMs);
    expect(await shares(first, second, third)).toEqual([2, 2, 2]);

    await world.deposit(first);
    await world.time.advance(20 * leaseMs);

    expect(first.taken).toHaveLength(6);
    expect(first.lost).toHaveLength(4);
    expect(second.taken).toHaveLength(3);
    expect(second.lost).toHaveLength(1);
    expect(third.taken).toHaveLength(2);
    expect(third.lost).toEqual([]);
    await expectExact(world);
  });

  it("go to the others at once when a worker stops", async () => {
    const world = new World();
    const [leaving, ...staying] = await Promise.all([world.worker(), world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);
    const lostBefore = leaving.lost.length;
    await world.deposit(leaving);

    await leaving.stop();
    await world.time.advance(leaseMs / 3);

    expect(await shares(...staying)).toEqual([3, 3]);
    expect(leaving.lost).toHaveLength(lostBefore);
    await expectExact(world);
  });

  it("go to the others after leaseMs, and no sooner, when a worker dies", async () => {
    const world = new World();
    const [dying, ...others] = await Promise.all([world.worker(), world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);

    dying.pause();
    await world.deposit(others[0]);
    await world.time.advance(leaseMs * 0.6);
    expect(await shares(...others)).toEqual([2, 2]);
    await world.time.advance(leaseMs * 1.4);

    expect(await shares(...others)).toEqual([3, 3]);
    await expectExact(world);
  });

  it("are left to the last worker when all others die", async () => {
    const world = new World();
    const [last, ...dying] = await Promise.all([world.worker(), world.worker(), world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);

    for (const worker of dying) worker.pause();
    await world.deposit(last);
    await world.time.advance(3 * leaseMs);

    expect(await shares(last)).toEqual([6]);
    await expectExact(world);
  });

  it("answer queries with tokens on workers that run none of them (G6)", async () => {
    const world = new World();
    const running = await world.worker();
    await world.time.advance(leaseMs);
    const asking = await world.worker();
    const after = await world.deposit(asking);

    const answers = Promise.all(
      ["p1", "p2", "p3"].map((name) => asking.runtime.ask(`total_${name}`, {}, { after, waitMs: 1_000 })),
    );
    await world.time.advance(100);

    expect(await answers).toMatchObject([1, 2, 3].map(() => ({ ok: true, value: 7 })));
    expect(await shares(running)).toEqual([5]);
  });
});

describe("G4 a worker that was paused", () => {
  it("in the middle of a step and comes back writes nothing, and counts nothing twice", async () => {
    const world = new World();
    const paused = await world.worker();
    await world.time.advance(leaseMs);
    paused.pauseBeforeWrite = true;
    await world.deposit(paused);
    await world.time.advance(1);
    expect(paused.paused).toBe(true);
    const other = await world.worker();
    await world.time.advance(3 * leaseMs);
    await world.deposit(other);
    await world.time.advance(leaseMs);
    expect(await shares(other)).toEqual([6]);

    const written = paused.writes.length;
    paused.resume();
    await world.time.advance(0);

    const late = paused.writes.slice(written);
    expect(late.length).toBeGreaterThan(0);
    expect(late).toEqual(late.map(() => ({ ok: false, reason: "lease-lost" })));
    expect(paused.lost).toHaveLength(6);
    await world.deposit(paused);
    await world.time.advance(3 * leaseMs);
    expect(await shares(paused, other)).toEqual([3, 3]);
    await expectExact(world);
  });

  it("takes nothing over because of a time in which all stood still", async () => {
    const world = new World();
    const workers = await Promise.all([world.worker(), world.worker()]);
    await world.time.advance(3 * leaseMs);
    const lost = workers.map((worker) => worker.lost.length);

    for (const worker of workers) worker.pause();
    await world.time.advance(20 * leaseMs);
    for (const worker of workers) {
      worker.resume();
      await world.time.advance(leaseMs / 4);
    }
    await world.deposit(workers[0]);
    await world.time.advance(3 * leaseMs);

    expect(workers.map((worker) => worker.lost.length)).toEqual(lost);
    expect(await shares(...workers)).toEqual([3, 3]);
    await expectExact(world);
  });
});

describe("leases and clocks", () => {
  it("pay no heed to clocks that differ, jump and run backwards", async () => {
    const world = new World();
    const { random } = memoryEnvironment({ seed: 7 });
    const wild = (now: number) => now + Math.floor((random.next() - 0.5) * 60 * day);
    const backwards = (now: number) => 2 * Date.UTC(2026, 0, 1) - now;
    const far = (now: number) => now + 3_000 * day;
    const workers = await Promise.all([wild, backwards, far].map((clock) => world.worker({ clock })));
    await world.time.advance(3 * leaseMs);
    const lost = workers.map((worker) => worker.lost.length);
    for (let round = 0; round < 20; round++) {
      await world.deposit(workers[round % 3] as Worker);
      await world.time.advance(leaseMs);
    }

    expect(await shares(...workers)).toEqual([2, 2, 2]);
    expect(workers.map((worker) => worker.lost.length)).toEqual(lost);
    workers[2]?.pause();
    await world.time.advance(2 * leaseMs);
    expect(await shares(...workers.slice(0, 2))).toEqual([3, 3]);
    await expectExact(world);
  });
});

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

describe("leases and runtimes", () => {
  it("are no business of a runtime that only answers", async () => {
    const world = new World();
    const answering = world.idleWorker();
    answering.leaseFault = () => "before";
    await answering.runtime.prepare();
    await world.deposit(answering);

    const { projections: all } = await answering.runtime.status();
    await answering.stop();

    expect(all.map(({ state }) => state)).toEqual(projections.map(() => "stopped"));
    expect(answering.failures).toEqual([]);
  });
});

describe("leases on one machine", () => {
  const oneMachine = () => new World({ takeOverAtStart: true });

  it("all go to the worker that starts last, at once, and stay there", async () => {
    const world = oneMachine();
    const older = await world.worker();
    await world.deposit(older);
    await world.time.advance(leaseMs);
    expect(await shares(older)).toEqual([6]);

    const newer = await world.worker();
    await world.time.advance(0);
    expect(await shares(newer)).toEqual([6]);
    await world.deposit(older);
    await world.time.advance(20 * leaseMs);

    expect(await shares(older, newer)).toEqual([0, 6]);
    expect(newer.lost).toEqual([]);
    await expectExact(world);
  });

  it("wait for nobody when a worker was killed and starts again", async () => {
    const world = oneMachine();
    const killed = await world.worker();
    await world.deposit(killed);
    killed.pauseBeforeWrite = true;
    await world.time.advance(1);
    killed.pause();

    const restarted = await world.worker();
    await world.time.advance(1);

    expect(await shares(restarted)).toEqual([6]);
    expect(await world.sums()).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it("go back to the older worker when the newer one stops, and when it dies", async () => {
    const world = oneMachine();
    const older = await world.worker();
    const stopping = await world.worker();
    await world.time.advance(leaseMs);
    await stopping.stop();
    await world.time.advance(leaseMs / 3);
    expect(await shares(older)).toEqual([6]);

    const dying = await world.worker();
    await world.time.advance(leaseMs);
    expect(await shares(dying)).toEqual([6]);
    dying.pause();
    await world.deposit(older);
    await world.time.advance(2 * leaseMs);

    expect(await shares(older)).toEqual([6]);
    await expectExact(world);
  });

  it("are taken in the end by a worker that starts while they cannot be reached", async () => {
    const world = oneMachine();
    const older = await world.worker();
    await world.time.advance(leaseMs);
    const newer = world.idleWorker();
    newer.leaseFault = () => "before";
    await newer.runtime.start();
    await world.time.advance(leaseMs);

    newer.leaseFault = undefined;
    await world.time.advance(leaseMs / 3);

    expect(await shares(older, newer)).toEqual([0, 6]);
  });
});

describe("an operator", () => {
  it.each([true, false])(
    "is the worker of one projection until it is done (one machine: %s)",
    async (takeOverAtStart) => {
      const world = new World({ takeOverAtStart });
      const worker = await world.worker();
      await world.time.advance(3 * leaseMs);

      const operator = world.operator();
      await world.deposit(worker);
      await world.time.advance(5 * leaseMs);

      expect(await shares(worker)).toEqual([5]);
      expect(await world.sums()).toEqual([7, 7, 7, 7, 7, 7]);
      operator.end();
      await world.time.advance(leaseMs);
      expect(await operator.done).toBe(2);
      expect(await shares(worker)).toEqual([6]);
      await expectExact(world);
    },
  );

  it("that another one has put aside is told, takes no more steps, and leaves the other alone", async () => {
    const world = new World();
    const worker = await world.worker();
    await world.time.advance(leaseMs);
    const first = world.operator();
    await world.time.advance(leaseMs);
    const second = world.operator();
    await world.time.advance(leaseMs);

    await expect(first.step()).rejects.toMatchObject({ code: "lease-lost" });
    expect(await second.step()).toBe(3);
    first.end();
    await expect(first.done).rejects.toMatchObject({ code: "lease-lost" });
    await world.deposit(worker);
    await world.time.advance(5 * leaseMs);

    expect(await second.step()).toBe(3);
    expect(await world.sums()).toEqual([7, 7, 7, 7, 7, 7]);
    second.end();
    await world.time.advance(leaseMs);
    await expectExact(world);
  });
});

import { describe, expect, it } from "vitest";
import { expectExact, leaseMs, projections, shares, type Worker, World } from "../../../test/workers.ts";
import { memoryEnvironment } from "../../memory/index.ts";

const day = 24 * 3_600_000;

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

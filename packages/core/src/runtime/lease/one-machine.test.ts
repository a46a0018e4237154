import { describe, expect, it } from "vitest";
import { expectExact, leaseMs, shares, World } from "../../../test/workers.ts";

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

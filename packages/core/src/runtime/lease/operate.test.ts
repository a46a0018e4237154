import { describe, expect, it } from "vitest";
import { expectExact, leaseMs, shares, World } from "../../../test/workers.ts";

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

import { describe, expect, it } from "vitest";
import { order, payLimitMs, shop } from "../../../test/checkout.ts";
import { PolicyWorld, place, statusOf } from "../../../test/policy-world.ts";
import { cancel, send, timer } from "../../index.ts";
import { Catalog } from "../catalog.ts";
import { applyChanges } from "./apply-changes.ts";
import { IntentChanges } from "./intent-changes.ts";

describe("timers", () => {
  it("send their command months later, in whatever process runs by then", async () => {
    const world = new PolicyWorld(shop);
    const first = await world.start();
    await place(first, world, "a1", 0);
    await world.time.advance(500);
    await world.stop(first);
    const second = await world.start();

    world.clockOffsetMs = payLimitMs - 60_000;
    await world.time.advance(50_000);
    expect(await world.log()).toEqual(["order-a1: Placed"]);
    expect(await statusOf(second)).toMatchObject({ timers: 1 });
    await world.time.advance(120_000);

    expect(await world.log()).toEqual(["order-a1: Cancelled", "order-a1: Placed"]);
    expect(await statusOf(second)).toMatchObject({ timers: 0 });
  });

  it("that came due while nothing ran send their command at the next start", async () => {
    const world = new PolicyWorld(shop);
    const first = await world.start();
    await place(first, world, "a1", 0);
    await world.time.advance(500);
    first.die();
    world.clockOffsetMs = 2 * payLimitMs;

    await world.start();
    await world.time.advance(2_000);

    expect(await world.log()).toContain("order-a1: Cancelled");
  });

  it("never send it once they are cancelled", async () => {
    const world = new PolicyWorld(shop);
    const process = await world.start();
    await place(process, world, "a1");
    await world.time.advance(500);
    world.clockOffsetMs = 2 * payLimitMs;
    await world.time.advance(120_000);

    expect(await world.log()).toEqual(["order-a1: Paid", "order-a1: Placed", "till-a: Charged"]);
    expect(await statusOf(process)).toMatchObject({ timers: 0, parked: 0 });
  });

  it("follow the clock when it jumps ahead, and wait when it is set back", async () => {
    const world = new PolicyWorld(shop);
    const process = await world.start();
    await place(process, world, "a1", 0);
    await world.time.advance(60_000);

    world.clockOffsetMs = -payLimitMs;
    await world.time.advance(120_000);
    expect(await world.log()).not.toContain("order-a1: Cancelled");
    world.clockOffsetMs = payLimitMs;
    await world.time.advance(60_000);

    expect(await world.log()).toContain("order-a1: Cancelled");
  });

  describe("whose events come out of order", () => {
    const changes = new IntentChanges(new Catalog(shop, 1_000), []);
    const base = { policy: "checkout", place: "p", chain: 1, causationId: "c", source: "s", id: "e" };
    const moment = { at: 1_000, origin: "1", position: 3 };
    const cancelled = (when: Partial<typeof moment> = {}) => changes.of(cancel("t"), { ...base, ...moment, ...when });
    const set = (when: Partial<typeof moment> = {}, afterMs = 5) =>
      changes.of(timer("t", { afterMs }, send(order, "1", "Confirm", {})), { ...base, ...moment, ...when });
    const outcome = async (...steps: readonly ReturnType<typeof set>[]) => {
      const [write] = await applyChanges((await Promise.all(steps)).flat(), async () => new Map());
      return write?.row;
    };

    it("stay cancelled when the partition of the event that sets them lags behind", async () => {
      expect(await outcome(cancelled(), set({ at: 999, origin: "2" }))).toMatchObject({ queue: "cancelled" });
      expect(await outcome(cancelled(), set({ at: 1_000, origin: "2" }))).toMatchObject({ queue: "cancelled" });
      expect(await outcome(cancelled(), set({ at: 1_001, origin: "2" }))).toMatchObject({
        queue: "timer",
        dueAt: 1_006,
      });
    });

    it("stay cancelled when the event that sets them was parked, and are set by a later one whatever the clocks say", async () => {
      expect(await outcome(cancelled(), set({ position: 2 }))).toMatchObject({ queue: "cancelled" });
      expect(await outcome(cancelled(), set({ at: 999, position: 4 }))).toMatchObject({ queue: "timer", dueAt: 1_004 });
    });

    it("stay set when the event that cancels them, or set them before, was parked", async () => {
      expect(await outcome(set(), cancelled({ position: 2 }))).toMatchObject({ queue: "timer", dueAt: 1_005 });
      expect(await outcome(set(), set({ position: 2 }, 9))).toMatchObject({ queue: "timer", dueAt: 1_005 });
      expect(await outcome(set(), cancelled({ at: 999, origin: "2" }))).toMatchObject({ queue: "timer", dueAt: 1_005 });
      expect(await outcome(set(), set({ position: 3 }, 9))).toMatchObject({ queue: "timer", dueAt: 1_009 });
      expect(await outcome(set(), cancelled({ at: 999, position: 4 }))).toMatchObject({ queue: "cancelled" });
    });
  });
});

import { describe, expect, it } from "vitest";
import { memoryEnvironment } from "./memory-environment.ts";

describe("memoryEnvironment", () => {
  it("stands still until it is advanced", async () => {
    const { clock, advance } = memoryEnvironment({ now: 1_000 });

    await advance(250);

    expect(clock.now()).toBe(1_250);
  });

  it("runs tasks in the order of their time, each at its own moment, and no later one", async () => {
    const { clock, scheduler, advance } = memoryEnvironment({ now: 0 });
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}`);
    scheduler.after(30, note("late"));
    scheduler.after(10, note("early"));
    scheduler.after(10, note("early too"));
    scheduler.after(51, note("too late"));

    await advance(50);

    expect(ran).toEqual(["early at 10", "early too at 10", "late at 30"]);
  });

  it("runs a task that a task set, when it falls due on the way", async () => {
    const { clock, scheduler, advance } = memoryEnvironment({ now: 0 });
    const ran: number[] = [];
    scheduler.after(10, () => void Promise.resolve().then(() => scheduler.after(10, () => void ran.push(clock.now()))));

    await advance(20);

    expect(ran).toEqual([20]);
  });

  it("does not run a task that was cancelled", async () => {
    const { scheduler, advance } = memoryEnvironment();
    let runs = 0;
    scheduler.after(10, () => runs++)();

    await advance(10);

    expect(runs).toBe(0);
  });

  it("makes the same ids and numbers again, ids in order", () => {
    const [first, second] = [memoryEnvironment({ seed: 7 }), memoryEnvironment({ seed: 7 })];

    const ids = Array.from({ length: 300 }, () => first.ids.next());
    const numbers = Array.from({ length: 100 }, () => first.random.next());

    expect(ids).toEqual(ids.map(() => second.ids.next()));
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(numbers).toEqual(numbers.map(() => second.random.next()));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBe(100);
  });

  it("gives other numbers for another seed", () => {
    expect(memoryEnvironment({ seed: 1 }).random.next()).not.toBe(memoryEnvironment({ seed: 2 }).random.next());
  });
});

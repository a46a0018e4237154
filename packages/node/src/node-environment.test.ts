import { describe, expect, it } from "vitest";
import { nodeEnvironment } from "./index.ts";

describe("the environment of Node", () => {
  it("makes unique UUIDv7s that sort by their millisecond", async () => {
    const { ids, clock, scheduler } = nodeEnvironment();
    const early = Array.from({ length: 1_000 }, () => ids.next());
    const turn = clock.now();
    await new Promise<void>((resolve) => scheduler.after(2, resolve));
    const late = ids.next();

    expect(clock.now()).toBeGreaterThan(turn);
    expect(new Set(early).size).toBe(1_000);
    expect(early[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early.every((id) => id < late)).toBe(true);
  });

  it("runs tasks soon or later, unless they are called off", async () => {
    const { scheduler } = nodeEnvironment();
    const ran: string[] = [];
    const cancel = scheduler.after(0, () => ran.push("cancelled"));
    cancel();

    await new Promise<void>((resolve) => {
      scheduler.after(5, resolve);
      scheduler.soon(() => ran.push("soon"));
    });

    expect(ran).toEqual(["soon"]);
  });
});

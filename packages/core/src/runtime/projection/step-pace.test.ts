import { describe, expect, it } from "vitest";
import { StepPace } from "./step-pace.ts";

describe("the pace of a projection", () => {
  it("is what it took in over the last seconds, and falls to nothing when it rests", () => {
    let now = 1_000;
    const pace = new StepPace({ now: () => now });
    expect(pace).toMatchObject({ steppedAt: undefined });
    expect(pace.eventsPerSecond()).toBe(0);

    for (let second = 0; second < 20; second++) {
      pace.add(30);
      now += 1_000;
    }
    expect(pace.eventsPerSecond()).toBeCloseTo(30, 0);
    expect(pace.steppedAt).toBe(20_000);
    now += 5_000;
    expect(pace.eventsPerSecond()).toBeLessThan(30);
    now += 10_000;

    expect(pace.eventsPerSecond()).toBe(0);
  });
});

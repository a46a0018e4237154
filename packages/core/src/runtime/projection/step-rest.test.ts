import { describe, expect, it } from "vitest";
import { StepRest } from "./step-rest.ts";

describe("the rest between two steps", () => {
  it("lets the interval pass, whatever of it the step has taken", () => {
    const rest = new StepRest(5);

    expect([rest.after(0), rest.after(1), rest.after(0)]).toEqual([5, 4, 5]);
  });

  it("is in proportion to the work, up to a limit", () => {
    const rest = new StepRest(5);

    expect([rest.after(3), rest.after(4), rest.after(4), rest.after(4)]).toEqual([12, 12, 12, 16]);
    expect([rest.after(100), rest.after(100), rest.after(100)]).toEqual([16, 16, 50]);
  });

  it("is not longer after a step that had to wait for the disk", () => {
    const rest = new StepRest(5);
    for (const took of [1, 1, 1]) rest.after(took);

    expect([rest.after(200), rest.after(200), rest.after(1)]).toEqual([4, 4, 4]);
  });

  it("may be as long as the interval is", () => {
    expect(new StepRest(1_000).after(10)).toBe(990);
  });
});

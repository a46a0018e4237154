import { describe, expect, it } from "vitest";
import { type Claim, StepTurns } from "./step-turns.ts";

/** Takes turns that last until they are ended by name. */
function turns() {
  const turns = new StepTurns();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string, claim: Claim) =>
    turns.run(claim, () => {
      begun.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let round = 0; round < 5; round++) await Promise.resolve();
  };
  return { take, end, begun };
}

const rows = (...keys: readonly string[]) => new Set(keys);

describe("turns of steps", () => {
  it("are shared by steps that have no row in common", async () => {
    const { take, begun } = turns();

    take("first", rows("a", "b"));
    take("second", rows("c"));
    take("facts", rows());
    await Promise.resolve();

    expect(begun).toEqual(["first", "second", "facts"]);
  });

  it("G4 are taken one after the other by steps that have a row in common", async () => {
    const { take, end, begun } = turns();

    take("first", rows("a", "b"));
    take("second", rows("b", "c"));
    await end("nothing");
    expect(begun).toEqual(["first"]);
    await end("first");

    expect(begun).toEqual(["first", "second"]);
  });

  it("G4 are shared with nothing by what claims all", async () => {
    const { take, end, begun } = turns();

    take("step", rows("a"));
    take("operator", "all");
    take("late", rows("z"));
    await end("nothing");
    expect(begun).toEqual(["step"]);
    await end("step");
    expect(begun).toEqual(["step", "operator"]);
    await end("operator");

    expect(begun).toEqual(["step", "operator", "late"]);
  });

  it("pass on when work fails", async () => {
    const { take, begun } = turns();
    const one = new StepTurns();

    await expect(one.run("all", () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    await one.run("all", () => Promise.resolve());

    take("next", "all");
    await Promise.resolve();
    expect(begun).toEqual(["next"]);
  });
});

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type PlantedBug, plantedBugs, rareBugs } from "../simulator/planted-bugs.ts";

/** Bugs whose text is not there exactly once, so that they cannot be planted. */
function homeless(bugs: readonly PlantedBug[]): string[] {
  const places = ({ file, from }: PlantedBug) =>
    readFileSync(`packages/core/src/${file}`, "utf8").split(from).length - 1;
  return bugs.filter((bug) => places(bug) !== 1).map(({ file, name }) => `${file}: ${name}`);
}

it("has a place in the runtime for every bug that the simulator's tests plant", () => {
  expect(homeless([...plantedBugs, ...rareBugs])).toEqual([]);
});

it("has a checker that notices a bug without a place", () => {
  expect(homeless([{ name: "x", file: "runtime/command/turn.ts", from: "not there", to: "" }])).toEqual([
    "runtime/command/turn.ts: x",
  ]);
});

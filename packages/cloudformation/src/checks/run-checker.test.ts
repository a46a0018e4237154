import { expect, it } from "vitest";
import { outputOf, stackOf } from "./run-checker.ts";

const program = (source: string) => outputOf(process.execPath, ["--eval", source]);

it("gives nothing of a program that is not here", async () => {
  expect(await outputOf("no-such-checker", [])).toBeUndefined();
});

it("takes what a checker prints, also where it exits as one that found something", async () => {
  expect(await program('console.log("[]"); process.exitCode = 4')).toBe("[]\n");
});

it("fails with what the program says, where it prints no report", async () => {
  await expect(program('console.error("no rules"); process.exitCode = 5')).rejects.toThrow(/failed: no rules$/);
});

it("knows a stack by its file", () => {
  expect(stackOf("/tmp/templates/counter-state.json")).toBe("counter-state");
});

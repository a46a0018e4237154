import { afterEach, expect, it } from "vitest";
import { type ChildProgram, runProgram } from "../../tests/child-program.ts";

const programs: ChildProgram[] = [];
afterEach(() => {
  for (const { process } of programs.splice(0)) process.kill("SIGKILL");
});

function scale(...args: string[]): ChildProgram {
  const program = runProgram("benchmarks/run.ts", ["scale", ...args]);
  programs.push(program);
  return program;
}

it("looks at appends, loads, starts and queries at each size, and at processes that lose nothing, as JSON", async () => {
  const program = scale("--json", "--engine", "sqlite", "--only", "length,workers", "--scale", "0.001");

  expect(await program.ended, program.output()).toBe(0);
  const output = program.output();
  const { rows } = JSON.parse(output.slice(output.indexOf("{\n")));
  const at = (axis: string) => rows.filter((row: { axis: string }) => row.axis === axis);
  expect(at("length").map(({ x }: { x: number }) => x)).toEqual([...Array(4).fill(1), ...Array(4).fill(100)]);
  expect(at("workers").map(({ x }: { x: number }) => x)).toEqual([1, 2]);
  for (const { y } of rows) expect(y).toBeGreaterThan(0);
});

it.each([
  [["--engine", "dynamodb"], '--engine knows sqlite, postgres, found "dynamodb"'],
  [["--only", "height"], 'found "height"'],
  [["--large"], "Unknown option '--large'"],
])("refuses %j with exit code 2", async (args, message) => {
  const program = scale(...args);

  expect(await program.ended).toBe(2);
  expect(program.output()).toContain(message);
});

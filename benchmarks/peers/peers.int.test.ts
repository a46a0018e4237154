import { afterEach, expect, it } from "vitest";
import { type ChildProgram, runProgram } from "../../tests/child-program.ts";
import { isInstalled } from "./install.ts";

const programs: ChildProgram[] = [];
afterEach(() => {
  for (const { process } of programs.splice(0)) process.kill("SIGKILL");
});

function peers(...args: string[]): ChildProgram {
  const program = runProgram("benchmarks/run.ts", ["peers", ...args]);
  programs.push(program);
  return program;
}

it.each([
  [["--engine", "oracle"], '--engine knows sqlite, postgres, dynamodb, found "oracle"'],
  [["--only", "append,speed"], 'found "append"'],
  [["--library", "Foldstream,Emmett"], 'found "Emmett"'],
  [["--scale", "0"], '--scale must be a positive number, found "0"'],
  [["--data", "nowhere"], "--data must name a folder that exists"],
])("refuses %j with exit code 2 before anything is installed", async (args, message) => {
  const program = peers(...args);

  expect(await program.ended).toBe(2);
  expect(program.output()).toContain(message);
  expect(program.output()).not.toContain("installing");
});

it("compares libraries by ratios of one run, every total exact, and says what each one is", async ({ skip }) => {
  if (!isInstalled()) return skip("the peers are not installed: npm run bench -- peers --scale 0.01 --runs 1");
  const only = ["--engine", "sqlite", "--only", "concurrent,hot-stream,read"];
  const program = peers("--json", "--scale", "0.01", "--runs", "1", ...only);

  expect(await program.ended, program.output()).toBe(0);
  const output = program.output();
  const { libraries, rows } = JSON.parse(output.slice(output.indexOf("{\n")));
  expect(libraries[0]).toMatchObject({ name: "Foldstream", version: expect.any(String), licence: "Apache-2.0" });
  expect(rows).toHaveLength(3 * ["bare", "Foldstream", "evtstore", "Act"].length);
  for (const row of rows) {
    expect(row.error).toBeUndefined();
    expect(row.perSecond).toBeGreaterThan(0);
    expect(row.exact).not.toBe(false);
    expect(row.peakMemoryMb).toBeGreaterThan(10);
    if (row.library === "Foldstream")
      expect(row).toMatchObject({ toBare: expect.any(Number), toBestPeer: expect.any(Number) });
  }
});

/** The command as a process, as a shell would run it. */
import { type ChildProgram, runProgram } from "../../../tests/child-program.ts";

const main = new URL("../src/main.ts", import.meta.url).pathname;

export function startFoldstream(...args: readonly string[]): ChildProgram {
  return runProgram(main, args);
}

/** Waits for its end. */
export async function foldstream(...args: readonly string[]) {
  const program = startFoldstream(...args);
  const code = await program.ended;
  return { code, output: program.output() };
}

/** What `--json` printed. */
export function jsonIn(output: string) {
  return JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "null");
}

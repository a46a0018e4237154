/** Runs a program of the repository as a real process, for tests that stop and kill it. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

export interface ChildProgram {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Everything printed so far, both streams. */
  readonly output: () => string;
  /** Resolves with the match once the output has it; rejects if the program ends first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function runProgram(path: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProgram {
  const process_ = spawn(process.execPath, ["--conditions=@foldstream/source", path, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...environment },
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(process_, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found) resolve(found);
      };
      listeners.add(look);
      look();
      ended.then((how) => reject(new Error(`${path} ended (${how}) before it printed ${pattern}:\n${output}`)));
    });
  return { process: process_, output: () => output, printed, ended };
}

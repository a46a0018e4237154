/** Runs a checker's program. */
import { execFile } from "node:child_process";
import { basename } from "node:path";

/** What it prints; nothing when there is no such program. Checkers exit with other codes than 0 where they find something. */
export function outputOf(program: string, parameters: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, parameters, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") return resolve(undefined);
      if (error && stdout.trim() === "")
        return reject(new Error(`${program} failed: ${stderr.trim()}`, { cause: error }));
      resolve(stdout);
    });
  });
}

/** Files are named after their stacks. */
export function stackOf(file: string): string {
  return basename(file, ".json");
}

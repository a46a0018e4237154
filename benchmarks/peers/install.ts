/** Installs the peers, and what draws plots, into a folder of their own at the first use; builds this project's packages. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = fileURLToPath(new URL("installed/", import.meta.url));
const lockfile = `${folder}package-lock.json`;
const stamp = `${folder}node_modules/.lockfile-installed`;

export function isInstalled(): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === readFileSync(lockfile, "utf8");
}

/** @throws Error when npm fails: what it said stands above. */
export function install(progress: (line: string) => void): void {
  if (isInstalled()) return;
  progress(`installing the peers into ${folder} (once; a minute or two)`);
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  writeFileSync(stamp, readFileSync(lockfile));
}

/** @throws Error when the compiler fails. */
export function build(progress: (line: string) => void): void {
  progress("building the packages, which are measured as users have them");
  run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-b"], root);
}

/** Output goes to the error output, since the other one may be JSON. */
function run(command: string, parameters: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, parameters, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} failed${error ? `: ${error.message}` : ""}`);
}

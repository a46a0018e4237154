/**
 * Everything that must be true before a change lands, in the order in which failures are cheapest to find.
 * `--static` leaves out the tests. `--long` also shows how the ratios to the bare drivers have changed, which fails nothing.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { styleText } from "node:util";

interface Step {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
}

function published(): string[] {
  return readdirSync("packages")
    .map((folder) => `packages/${folder}`)
    .filter((folder) => JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).private !== true);
}

const checks: readonly Step[] = [
  { name: "format and lint", commands: [["biome", "check", "--error-on-warnings"]] },
  {
    name: "types",
    commands: [
      ["tsc", "-b"],
      ["tsc", "-p", "tsconfig.tests.json"],
    ],
  },
  { name: "dead code", commands: [["knip"]] },
  { name: "boundaries", commands: [["vitest", "run", "tests/repository"]] },
];

const tests: Step = { name: "tests", commands: [["vitest", "run"]] };

const shape: Step = {
  name: "package shape",
  commands: published().flatMap((folder) => [
    ["publint", "--strict", folder],
    ["attw", "--pack", folder, "--profile", "esm-only"],
  ]),
};

function run({ name, commands }: Step): void {
  console.log(styleText(["bold", "cyan"], `\n== ${name}`));
  const began = Date.now();
  for (const [command, ...parameters] of commands) {
    const { status } = spawnSync(command as string, parameters, { stdio: "inherit", shell: false });
    if (status === 0) continue;
    console.error(styleText("red", `\n${name} failed: ${[command, ...parameters].join(" ")}`));
    process.exit(1);
  }
  console.log(styleText("green", `${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`));
}

/** Speed is told, not judged: a busy machine is no reason to reject a change. */
function showTrend(): void {
  console.log(styleText(["bold", "cyan"], "\n== trend"));
  spawnSync("node", ["--conditions=@foldstream/source", "benchmarks/run.ts", "trend"], { stdio: "inherit" });
}

for (const step of process.argv.includes("--static") ? [...checks, shape] : [...checks, tests, shape]) run(step);
if (process.argv.includes("--long")) showTrend();

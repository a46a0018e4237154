/** Control Tower's proactive controls, as rules of CloudFormation Guard. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findingsOf } from "./guard-report.ts";
import type { Checker } from "./report.ts";
import { outputOf } from "./run-checker.ts";

/** It brings the program and the rules. */
const library = "@cdklabs/cdk-validator-cfnguard";
const systems: Partial<Readonly<Record<NodeJS.Platform, string>>> = { linux: "ubuntu", darwin: "macos" };
const processors: Partial<Readonly<Record<NodeJS.Architecture, string>>> = { x64: "x86_64", arm64: "aarch64" };

export const cfnGuard: Checker = {
  name: "cfn-guard, Control Tower",
  async check(files) {
    const folder = folderOfLibrary();
    if (folder === undefined) return { absent: `npm install --save-dev ${library}`, findings: [] };
    const { platform, arch } = process;
    const program = join(folder, "bin", systems[platform] ?? platform, processors[arch] ?? arch, "cfn-guard");
    const rules = join(folder, "rules", "control-tower", "cfn-guard");
    const output = await outputOf(program, [
      ...["validate", "--rules", rules, "--structured", "--output-format", "json", "--show-summary", "none"],
      ...["--data", ...files],
    ]);
    if (output === undefined) return { absent: `a system that ${library} has a program for`, findings: [] };
    return { findings: findingsOf(output) };
  },
};

function folderOfLibrary(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${library}/package.json`));
  } catch {
    return undefined;
  }
}

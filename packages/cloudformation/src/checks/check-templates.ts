/** Has templates checked by whatever checkers there are. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Synthesized } from "../synthesize.ts";
import { cfnGuard } from "./cfn-guard.ts";
import { cfnLint } from "./cfn-lint.ts";
import type { Checker, CheckReport, Finding } from "./report.ts";

const checkers: readonly Checker[] = [cfnLint, cfnGuard];

/** A report by each checker, also of those that are not here. */
export async function checkTemplates(stacks: Synthesized["stacks"]): Promise<readonly CheckReport[]> {
  const folder = await mkdtemp(join(tmpdir(), "foldstream-templates-"));
  try {
    const files = Object.keys(stacks).map((name) => join(folder, `${name}.json`));
    await Promise.all(
      Object.values(stacks).map((one, index) => writeFile(files[index] as string, JSON.stringify(one))),
    );
    return await Promise.all(
      checkers.map(async (checker) => {
        const { findings, ...rest } = await checker.check(files).catch(failure);
        return { checker: checker.name, ...rest, findings: findings.map((finding) => judged(finding, stacks)) };
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

function failure(error: Error): Omit<CheckReport, "checker"> {
  return { failed: error.message, findings: [] };
}

function judged(finding: Finding, stacks: Synthesized["stacks"]): Finding {
  const { Metadata } = stacks[finding.stack]?.Resources[finding.resource ?? ""] ?? {};
  const found = Metadata?.Accepted.find(({ Rules }) => Rules.includes(finding.rule));
  return found ? { ...finding, accepted: found.Why } : finding;
}

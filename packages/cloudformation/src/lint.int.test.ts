import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { topologies } from "../test/topologies.ts";
import { synthesize, type Template } from "./index.ts";

const whyNot = spawnSync("cfn-lint", ["--version"]).status === 0 ? undefined : "no cfn-lint here: pip install cfn-lint";

/** What AWS's linter finds, warnings included. */
function lint(templates: readonly (readonly [name: string, template: Template])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-templates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = templates.map(([name, template]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const { stdout, stderr } = spawnSync("cfn-lint", ["--regions", "eu-central-1", "--", ...files], { encoding: "utf8" });
  return stdout + stderr;
}

describe("cfn-lint", () => {
  it.for(Object.entries(topologies))("finds nothing in the %s topology", ([, topology], { skip }) => {
    if (whyNot) skip(whyNot);
    expect(lint(Object.entries(synthesize(topology).stacks))).toBe("");
  });

  it("finds what is wrong in others", ({ skip }) => {
    if (whyNot) skip(whyNot);
    const broken = { Resources: { Table: { Type: "AWS::DynamoDB::Table", Properties: { Keys: [] } } } };

    expect(lint([["broken", broken as unknown as Template]])).toContain("Keys");
  });
});

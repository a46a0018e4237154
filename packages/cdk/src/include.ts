/** A template as constructs of a stack, resource for resource under its own logical ids. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Template } from "@foldstream/cloudformation";
import { Validations } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import type { Construct } from "constructs";

/** `parameters` take the place of the template's. */
export function include(
  scope: Construct,
  template: Template,
  parameters: Readonly<Record<string, string>> = {},
): CfnInclude {
  const included = fromFile(scope, template, parameters);
  for (const [id, { Metadata }] of Object.entries(template.Resources))
    for (const { Rules, Why } of Metadata?.Accepted ?? [])
      Validations.of(included.getResource(id)).acknowledge(...Rules.map((rule) => ({ id: rule, reason: Why })));
  return included;
}

/** CDK takes templates from files only, and reads them at once. */
function fromFile(scope: Construct, template: Template, parameters: Readonly<Record<string, string>>): CfnInclude {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-cdk-"));
  try {
    const templateFile = join(folder, "template.json");
    writeFileSync(templateFile, JSON.stringify(template));
    return new CfnInclude(scope, "Template", { templateFile, parameters });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

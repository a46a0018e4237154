/** AWS's linter of templates: types, values and references. */
import type { Checker, Finding } from "./report.ts";
import { outputOf, stackOf } from "./run-checker.ts";

interface Match {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly unknown[] };
}

export const cfnLint: Checker = {
  name: "cfn-lint",
  async check(files) {
    const output = await outputOf("cfn-lint", ["--format", "json", "--", ...files]);
    if (output === undefined) return { absent: "pip install cfn-lint", findings: [] };
    return { findings: (JSON.parse(output) as readonly Match[]).map(findingOf) };
  },
};

function findingOf({ Filename, Message, Rule, Location }: Match): Finding {
  const [section, id] = Location.Path;
  return {
    stack: stackOf(Filename),
    ...(section === "Resources" && { resource: String(id) }),
    rule: Rule.Id,
    what: Message,
  };
}

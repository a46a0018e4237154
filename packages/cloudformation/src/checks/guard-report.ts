/** The structured report of cfn-guard: a tree of what did not hold, with the paths where it was looked for. */
import type { Finding } from "./report.ts";
import { stackOf } from "./run-checker.ts";

interface FileReport {
  readonly name: string;
  readonly not_compliant: readonly unknown[];
}

/** A control says its name and what it requires: [CT.SQS.PR.1]: Require ... */
const control = /\[(CT\.[\w.-]+)\]: (.*)/;
const place = /^\/Resources\/(\w+)/;

export function findingsOf(output: string): readonly Finding[] {
  const files = JSON.parse(output) as readonly FileReport[];
  return files.flatMap(({ name, not_compliant }) =>
    not_compliant.flatMap((rule) => {
      const texts = textsIn(rule);
      const [, id = "unnamed", what = ""] = texts.map((text) => control.exec(text)).find(Boolean) ?? [];
      const resources = new Set(texts.flatMap((text) => place.exec(text)?.[1] ?? []));
      return [...resources].sort().map((resource) => ({ stack: stackOf(name), resource, rule: id, what }));
    }),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

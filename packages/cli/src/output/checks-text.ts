/** What checkers of templates found, for people: first what is wrong, then what is as it should be and why. */
import type { CheckReport, Finding } from "@foldstream/cloudformation";

/** Nothing was found that a resource does not accept. A checker that is not here finds nothing. */
export function isPassed({ failed, findings }: CheckReport): boolean {
  return failed === undefined && findings.every(({ accepted }) => accepted !== undefined);
}

export function checksText(reports: readonly CheckReport[]): string {
  return reports.flatMap(linesOf).join("\n");
}

function linesOf({ checker, absent, failed, findings }: CheckReport): readonly string[] {
  if (absent !== undefined) return [`${checker}: not here, so it checked nothing. To have it: ${absent}`];
  if (failed !== undefined) return [`${checker}: failed, so it checked nothing. ${failed}`];
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const accepted = findings.filter((finding) => finding.accepted !== undefined);
  const counts = [`${open.length} found`, ...(accepted.length > 0 ? [`${accepted.length} accepted`] : [])];
  return [
    `${checker}: ${counts.join(", ")}`,
    ...open.map(
      ({ stack, resource, rule, what }) => `  ${[stack, resource].filter(Boolean).join(" ")}: ${rule} ${what}`,
    ),
    ...reasons(accepted),
  ];
}

/** One line a reason, with who gives it. */
function reasons(findings: readonly Finding[]): readonly string[] {
  const byReason = Map.groupBy(findings, ({ accepted }) => accepted);
  return [...byReason].map(([reason, by]) => `  accepted ${each(by, "rule")}: ${reason} (${each(by, "resource")})`);
}

function each(findings: readonly Finding[], field: "rule" | "resource"): string {
  return [...new Set(findings.map((finding) => finding[field]))].join(", ");
}

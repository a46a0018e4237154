import type { CheckReport, Finding } from "@foldstream/cloudformation";
import { expect, it } from "vitest";
import { checksText, isPassed } from "./checks-text.ts";

const finding: Finding = { stack: "counter", resource: "HttpUrl", rule: "R1", what: "Require a lock" };
const accepted = { ...finding, accepted: "It is open." };

it.each<[what: string, report: CheckReport, text: string, passed: boolean]>([
  ["nothing", { checker: "lint", findings: [] }, "lint: 0 found", true],
  [
    "no checker",
    { checker: "lint", absent: "pip install lint", findings: [] },
    "lint: not here, so it checked nothing. To have it: pip install lint",
    true,
  ],
  [
    "a checker that failed",
    { checker: "lint", failed: "lint failed: no memory", findings: [] },
    "lint: failed, so it checked nothing. lint failed: no memory",
    false,
  ],
  [
    "what is accepted, once for each reason",
    { checker: "guard", findings: [accepted, { ...accepted, resource: "Other" }, { ...accepted, rule: "R2" }] },
    "guard: 0 found, 3 accepted\n  accepted R1, R2: It is open. (HttpUrl, Other)",
    true,
  ],
  [
    "what nobody accepts",
    { checker: "guard", findings: [accepted, { stack: "counter", rule: "R2", what: "Require less" }] },
    "guard: 1 found, 1 accepted\n  counter: R2 Require less\n  accepted R1: It is open. (HttpUrl)",
    false,
  ],
])("tells of %s", (_, report, text, passed) => {
  expect([checksText([report]), isPassed(report)]).toEqual([text, passed]);
});

import { describe, expect, it } from "vitest";
import { topologies } from "../../test/topologies.ts";
import { type CheckReport, checkTemplates, synthesize, type Template } from "../index.ts";

const stacks: Readonly<Record<string, Template>> = Object.assign(
  {},
  ...Object.values(topologies).map((topology) => synthesize(topology).stacks),
);

/** A queue that takes requests in the clear, after a delay that is no number. */
const open: Template = {
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "Broken",
  Resources: {
    Open: {
      Type: "AWS::SQS::Queue",
      Properties: { SqsManagedSseEnabled: false, DelaySeconds: "soon" },
      Metadata: { Accepted: [{ Rules: ["CT.SQS.PR.1"], Why: "Nothing may fail." }] },
    },
  },
  Outputs: {},
};

/** Programs that take seconds to start, so they look at everything at once. */
let reports: Promise<readonly CheckReport[]> | undefined;

async function reportOf(checker: string, skip: (note: string) => never): Promise<CheckReport> {
  reports ??= checkTemplates({ ...stacks, open });
  const report = (await reports).find((one) => one.checker === checker);
  if (!report) throw new Error(`There is no checker ${checker}.`);
  return report.absent ? skip(`no ${checker} here: ${report.absent}`) : report;
}

describe.each([
  ["cfn-lint", "E3012"],
  ["cfn-guard, Control Tower", "CT.SQS.PR.2"],
])("%s", (checker, rule) => {
  it("finds nothing in any topology but what is accepted", async ({ skip }) => {
    const { findings } = await reportOf(checker, skip);

    expect(findings.filter(({ stack, accepted }) => stack !== "open" && !accepted)).toEqual([]);
  });

  it("finds what nobody accepts, and says where", async ({ skip }) => {
    const { findings } = await reportOf(checker, skip);

    expect(findings).toContainEqual({ stack: "open", resource: "Open", rule, what: expect.stringMatching(/\w/) });
  });
});

it("gives the reason with what is accepted", async ({ skip }) => {
  const { findings } = await reportOf("cfn-guard, Control Tower", skip);

  expect(findings).toContainEqual(
    expect.objectContaining({ stack: "open", rule: "CT.SQS.PR.1", accepted: "Nothing may fail." }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      stack: "counter",
      resource: "HttpUrl",
      rule: "CT.LAMBDA.PR.5",
      accepted: expect.any(String),
    }),
  );
});

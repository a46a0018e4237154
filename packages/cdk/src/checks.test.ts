import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type App, Stack, Validations } from "aws-cdk-lib";
import type { CfnRole } from "aws-cdk-lib/aws-iam";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { largest, relational, smallest, topologies } from "../../cloudformation/test/topologies.ts";
import { stacksOf } from "../test/stacks.ts";

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** Rules of cdk-nag, and of AWS's schemas and linter that CDK brings along, with who breaks them. */
function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    if ((error as Error).name !== "ValidationFailed") throw error;
  }
  const report = JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")) as Report;
  const violations = report.pluginReports.flatMap((one) => one.violations);
  return violations.flatMap(({ ruleName, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
  );
}

describe("AWS's schemas and cdk-nag's AwsSolutions", () => {
  it.each(Object.entries(topologies))("find nothing in the %s topology but what is accepted", (_, topology) => {
    expect(findings(stacksOf(topology).app)).toEqual([]);
  });

  it("find what nobody accepts", () => {
    const { app } = stacksOf(smallest);
    new CfnQueue(new Stack(app, "other"), "Open", { delaySeconds: 901 });

    expect(findings(app).sort()).toEqual([
      "AwsSolutions-SQS3: other/Open",
      "AwsSolutions-SQS4: other/Open",
      "F3034: other/Open",
    ]);
  });

  it("find in one resource what is accepted in another", () => {
    const { app, deployed } = stacksOf(relational);
    const queue = stacksOf(largest, app).state.template.getResource("Commands") as CfnQueue;
    const role = deployed.template.getResource("HttpRole") as CfnRole;

    queue.redrivePolicy = undefined;
    role.policies = [
      { policyName: "more", policyDocument: { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] } },
    ];

    expect(findings(app).sort()).toEqual([
      "AwsSolutions-IAM5[Action::s3:*]: reports/App/Template/HttpRole",
      "AwsSolutions-SQS3: shop-state/State/Template/Commands",
    ]);
  });
});

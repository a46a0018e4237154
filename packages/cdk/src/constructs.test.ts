import { synthesize, type Template, type Topology } from "@foldstream/cloudformation";
import { Stack } from "aws-cdk-lib";
import { Template as Assertions, Match } from "aws-cdk-lib/assertions";
import { SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { describe, expect, it } from "vitest";
import { established, largest, smallest, topologies } from "../../cloudformation/test/topologies.ts";
import { deployCounter } from "../test/deployment.ts";
import { bundle, bundleFolder, cdkApp, stacksOf, templateOf } from "../test/stacks.ts";
import { FoldstreamApp, FoldstreamState } from "./index.ts";

/** What stands where the template has parameters. */
function withoutParameters(resources: Template["Resources"]): unknown {
  return JSON.parse(JSON.stringify(resources), (key, value) => {
    if (key === "Code") return "the bundle";
    const isStream = value?.Ref === "LogStreamArn" || value?.["Fn::ImportValue"]?.includes("LogTableStreamArn");
    return isStream ? "the log's stream" : value;
  });
}

describe.each(Object.entries(topologies))("the %s topology as constructs", (_, topology) => {
  it("is what `foldstream synth` writes, resource for resource", () => {
    const { stateStack, appStack } = stacksOf(topology);

    const [state, app] = Object.values(synthesize(topology).stacks) as [Template, Template];
    expect(templateOf(stateStack).Resources).toEqual(state.Resources);
    expect(withoutParameters(templateOf(appStack).Resources)).toEqual(withoutParameters(app.Resources));
  });

  it("has no parameter left but those of CDK", () => {
    const { appStack } = stacksOf(topology);

    expect(Object.keys(templateOf(appStack).Parameters ?? {})).toEqual(["BootstrapVersion"]);
  });
});

describe("a user of the constructs", () => {
  it("deploys an app as the README says", () => {
    const stack = deployCounter(cdkApp(), { bundle: bundleFolder(), page: bundleFolder() });

    const template = Assertions.fromStack(stack);
    template.hasResourceProperties("AWS::Lambda::Function", { FunctionName: "counter-audit" });
    template.hasResourceProperties("AWS::SNS::Subscription", { TopicArn: { Ref: "AlarmTopic" } });
    template.hasResourceProperties("Custom::CDKBucketDeployment", { DestinationBucketName: { Ref: "PageBucket" } });
  });

  it("lets others read tables, send commands, call functions and hear of alarms", () => {
    const { app, stateStack, state, deployed } = stacksOf(largest);
    const other = new Stack(app, "other");
    const code = Code.fromInline("exports.handler = () => {}");
    const reporter = new LambdaFunction(other, "Reporter", {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code,
    });

    state.tables.readModels.grantReadData(reporter);
    state.commandQueue?.grantSendMessages(reporter);
    deployed.functions.audit?.grantInvoke(reporter);
    deployed.alarmTopic.addSubscription(new EmailSubscription("operators@example.org"));

    const policies = JSON.stringify(Assertions.fromStack(other).findResources("AWS::IAM::Policy"));
    for (const allowed of ["dynamodb:Query", "table/shop-read-models", "sqs:SendMessage", "lambda:InvokeFunction"])
      expect(policies).toContain(allowed);
    expect(JSON.stringify(templateOf(stateStack).Outputs)).not.toContain("read-models");
    Assertions.fromStack(Stack.of(deployed)).hasResourceProperties("AWS::SNS::Subscription", {
      TopicArn: { Ref: "AlarmTopic" },
    });
  });

  it("lets functions do more than the engine needs", () => {
    const { appStack, deployed } = stacksOf(smallest);
    const secret = new Secret(appStack, "Signing");

    secret.grantRead(deployed.functions.http);

    Assertions.fromStack(appStack).hasResourceProperties("AWS::IAM::Policy", { Roles: [{ Ref: "HttpRole" }] });
  });

  it("has the functions of the topology, and no other", () => {
    expect(Object.keys(stacksOf(smallest).deployed.functions)).toEqual(["http", "worker"]);
    expect(Object.keys(stacksOf(largest).deployed.functions).sort()).toEqual([
      ...["audit", "http", "queue", "sweep", "worker"],
    ]);
  });

  it("finds the page's bucket and distribution, where there is a page", () => {
    expect(stacksOf(established).deployed.pageBucket?.bucketName).toBeDefined();
    expect(stacksOf(established).deployed.distribution?.distributionId).toBeDefined();
    expect(stacksOf(smallest).deployed.pageBucket).toBeUndefined();
  });

  it("gives the app the subnets and secrets of other constructs", () => {
    const app = cdkApp();
    const network = new Stack(app, "network");
    const vpc = new Vpc(network, "Vpc", { maxAzs: 2, natGateways: 0 });
    const secret = new Secret(network, "Database");
    const topology: Topology = {
      name: "reports",
      database: {
        secretArn: secret.secretArn,
        connections: 20,
        connectionsPerCopy: 2,
        subnetIds: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
        securityGroupIds: [vpc.vpcDefaultSecurityGroup],
      },
    };

    const { appStack } = stacksOf(topology, app);

    Assertions.fromStack(appStack).hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { DATABASE_SECRET_ARN: { "Fn::ImportValue": Match.stringLikeRegexp("Database") } } },
      VpcConfig: { SubnetIds: Match.arrayWith([{ "Fn::ImportValue": Match.stringLikeRegexp("Subnet") }]) },
    });
  });

  it("may keep state and app in one stack, where nothing is exported", () => {
    const stack = new Stack(cdkApp(), "all");
    const state = new FoldstreamState(stack, "State", { topology: largest });
    new FoldstreamApp(stack, "App", { state, code: bundle() });

    const template = templateOf(stack);

    expect(template.Resources.LogMapping).toMatchObject({
      Properties: { EventSourceArn: { "Fn::GetAtt": ["LogTable", "StreamArn"] } },
      DependsOn: expect.arrayContaining(["LogTable", "FailedWakeUps", "Commands"]),
    });
    expect(JSON.stringify(template.Outputs)).not.toContain("Export");
  });
});

describe("what cannot be deployed", () => {
  it("is refused with the setting to change", () => {
    const stack = new Stack(cdkApp(), "refused");

    expect(() => new FoldstreamState(stack, "State", { topology: { name: "Counter" } })).toThrow(
      /^name: expected 1 to/,
    );
  });

  it.each([["inline code", Code.fromInline("exports.handler = () => {}")]])("is refused: %s", (_, code) => {
    const { state } = stacksOf(smallest);

    expect(() => new FoldstreamApp(new Stack(cdkApp(), "other"), "App", { state, code })).toThrow(
      /code: expected a bundle in a bucket, such as Code\.fromAsset/,
    );
  });

  it("is refused: two apps in one stack", () => {
    const stack = new Stack(cdkApp(), "both");
    new FoldstreamState(stack, "One", { topology: smallest });
    new FoldstreamState(stack, "Two", { topology: largest });

    expect(() => templateOf(stack)).toThrow(/LogTable/);
  });
});

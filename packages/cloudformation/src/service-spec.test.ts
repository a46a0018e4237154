import { expect, it } from "vitest";
import { ServiceSpec } from "../test/service-spec.ts";
import { largest, topologies } from "../test/topologies.ts";
import { type Resource, synthesize } from "./index.ts";

const spec = await ServiceSpec.load();

function stacksOf(topology: (typeof topologies)[keyof typeof topologies]) {
  return Object.values(synthesize(topology).stacks);
}

it.each(Object.entries(topologies))("writes only what CloudFormation knows, of the %s topology", (_, topology) => {
  expect(stacksOf(topology).flatMap(({ Resources }) => spec.problems(Resources))).toEqual([]);
});

it("sets alarms on metrics that AWS publishes", () => {
  const alarms = stacksOf(largest)
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(({ Type, Properties }) => Type === "AWS::CloudWatch::Alarm" && Properties.Namespace !== "Foldstream");
  const unknown = alarms
    .map(({ Properties }) => [Properties.Namespace as string, Properties.MetricName as string] as const)
    .filter(([namespace, name]) => !spec.hasMetric(namespace, name));

  expect(alarms.length).toBeGreaterThan(15);
  expect(unknown).toEqual([]);
});

it.each<[what: string, resource: Resource, problem: string]>([
  ["type", { Type: "AWS::SQS::Heap", Properties: {} }, "It: no such type as AWS::SQS::Heap"],
  ["property", { Type: "AWS::SQS::Queue", Properties: { Name: "a" } }, "It.Name: unknown"],
  ["value", { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: "a" } }, "It.DelaySeconds: not integer"],
  ["list", { Type: "AWS::SNS::TopicPolicy", Properties: { PolicyDocument: {}, Topics: "a" } }, "It.Topics: not a list"],
  [
    "requirement",
    { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: [{ AttributeName: "pk" }] } },
    "It.KeySchema.0.KeyType: required",
  ],
  [
    "attribute",
    { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": ["It", "Colour"] } } },
    "It: no attribute Colour",
  ],
])("has a checker that notices a wrong %s", (_, resource, problem) => {
  expect(spec.problems({ It: resource })).toContain(problem);
});

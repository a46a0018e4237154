import { synthesize } from "@foldstream/cloudformation";
import { expect, it } from "vitest";
import { topologies } from "../../../cloudformation/test/topologies.ts";
import { deployedBy } from "./deployed.ts";

it("reads functions, schedules, queue, alarms and page from the templates", () => {
  const functions = { http: { memoryMb: 256 }, queue: {}, audit: {}, sweep: {} };

  const deployed = deployedBy({ name: "shop", functions, commandQueue: "fifo", page: {}, logDays: 90 });

  expect(deployed).toMatchObject({ commandQueue: "fifo", dashboards: 1, logDays: 90, page: true });
  expect(Object.keys(deployed.functions).sort()).toEqual(["audit", "http", "queue", "sweep", "worker"]);
  expect(deployed.functions.http).toEqual({ memoryMb: 256, timeoutSeconds: 29 });
  expect(deployed.scheduled).toEqual({
    worker: 730 * 60,
    audit: expect.closeTo(730 / 24, 9),
    sweep: expect.closeTo(730 / 24, 9),
  });
  expect(deployed.alarms).toBeGreaterThan(15);
});

/** A new type of resource is either billed, or said to be free of charge here. */
const billed = ["Lambda::Function", "DynamoDB::Table", "SQS::Queue", "Logs::LogGroup", "Logs::MetricFilter"].concat([
  "CloudWatch::Alarm",
  "CloudWatch::Dashboard",
  "Events::Rule",
  "S3::Bucket",
  "CloudFront::Distribution",
]);
const free = [
  "IAM::Role",
  "Lambda::Url",
  "Lambda::Permission",
  "Lambda::EventSourceMapping",
  "SQS::QueuePolicy",
].concat(["SNS::TopicPolicy", "S3::BucketPolicy", "CloudFront::OriginAccessControl"]);
/** Alarms notify it: a few messages a month, if all is well. */
const nearlyFree = ["SNS::Topic"];

it.each(Object.entries(topologies))("knows what each resource of the %s topology costs", (_, topology) => {
  const resources = Object.values(synthesize(topology).stacks).flatMap(({ Resources }) => Object.values(Resources));
  const types = new Set(resources.map(({ Type }) => Type.replace("AWS::", "")));

  expect([...types].filter((type) => ![...billed, ...free, ...nearlyFree].includes(type))).toEqual([]);
});

it("has neither queue nor page where there is none", () => {
  expect(deployedBy({ name: "counter" })).toMatchObject({ commandQueue: undefined, page: false });
});

it("refuses what cannot be deployed", () => {
  expect(() => deployedBy({ name: "Counter" })).toThrow(expect.objectContaining({ code: "invalid-topology" }));
});

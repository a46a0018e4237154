import { describe, expect, it } from "vitest";
import { type Template, TemplateValues } from "./template-values.ts";

const state: Template = {
  Resources: {},
  Outputs: { LogStreamArn: { Value: { "Fn::GetAtt": ["LogTable", "StreamArn"] } } },
};
const app: Template = { Parameters: { LogStreamArn: {}, AlarmTopic: { Default: "" } }, Resources: {} };

/** `<Name>` stands for what is filled in. */
const filled = (text: string) => ({ "Fn::Sub": text.replaceAll("<", "${").replaceAll(">", "}") });

function deployed() {
  const values = new TemplateValues([state, app]);
  values.deployed("LogTable", { Ref: "counter-log", StreamArn: "arn:stream" });
  return values;
}

describe("values of templates", () => {
  it.each([
    ["what refers to nothing", { a: [1, "b", true, null] }, { a: [1, "b", true, null] }],
    ["a resource", { Ref: "LogTable" }, "counter-log"],
    ["an attribute", { "Fn::GetAtt": ["LogTable", "StreamArn"] }, "arn:stream"],
    ["a parameter that is an output of another stack", { Ref: "LogStreamArn" }, "arn:stream"],
    ["a parameter with a default", { Ref: "AlarmTopic" }, ""],
    ["joined parts", { "Fn::Join": [":", ["arn", { Ref: "AWS::Partition" }, "sqs"]] }, "arn:aws:sqs"],
    [
      "a text to fill in",
      filled("<AWS::Region>/<LogTable>/<LogTable.StreamArn>"),
      "eu-central-1/counter-log/arn:stream",
    ],
    ["something within", { deep: [{ of: { Ref: "LogTable" } }] }, { deep: [{ of: "counter-log" }] }],
  ])("resolve %s", (_, value, found) => expect(deployed().resolve(value)).toEqual(found));

  it.each([
    [{ Ref: "Topic" }, "Topic"],
    [{ "Fn::GetAtt": ["LogTable", "Arn"] }, "LogTable.Arn"],
    [filled("<Topic.Arn>"), "Topic.Arn"],
  ])("refuse %j, which is not there", (value, name) => {
    const resolving = () => deployed().resolve(value);

    expect(resolving).toThrow(expect.objectContaining({ code: "unsupported-template" }));
    expect(resolving).toThrow(`${name}, which is not run here`);
  });
});

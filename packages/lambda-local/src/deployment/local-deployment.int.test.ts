import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { writtenFunctions } from "../../test/written-functions.ts";
import { runtimeClient } from "../copy/runtime-client.ts";
import { type DeploymentOptions, LocalDeployment } from "./local-deployment.ts";
import type { Resource, Template } from "./template-values.ts";

const without = whyNoDynamoDb();
const patience = { timeout: 120_000, interval: 50 };

const table = {
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName: "things",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamViewType: "NEW_IMAGE" },
    SSESpecification: { SSEEnabled: true },
  },
};
const functionOf = (FunctionName: string, Handler: string) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    ...{ FunctionName, Handler, MemorySize: 128, Timeout: 60, Code: { S3Key: { Ref: "CodeKey" } } },
    Environment: { Variables: { TABLE: { Ref: "Things" } } },
  },
});
const attribute = (id: string, name: string) => ({ "Fn::GetAtt": [id, name] });
const mapping = {
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: {
    EventSourceArn: attribute("Things", "StreamArn"),
    FunctionName: { Ref: "Worker" },
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: attribute("Failed", "Arn") } },
  },
};
const state: Template = {
  Resources: { Things: table, Failed: { Type: "AWS::SQS::Queue", Properties: { QueueName: "failed" } } },
};
const template = (resources: Readonly<Record<string, Resource>>): Template => ({ Resources: resources });

const code = `
  export const http = async ({ rawPath }) => ({ statusCode: 200, body: process.env.TABLE + rawPath });
  export const worker = async ({ Records }) => {
    if (Records.some(({ dynamodb }) => dynamodb.Keys.id.S === "bad")) throw new Error("bad");
    console.log("took " + Records.map(({ dynamodb }) => dynamodb.Keys.id.S).join());
  };
`;

async function deployed(app: Template, options: Partial<DeploymentOptions> = {}) {
  const dynamoDb = await startDynamoDb();
  onTestFinished(() => dynamoDb.close());
  const start = async () => {
    const bundle = { root: writtenFunctions(code), exports: ["http", "worker"] };
    const common = { client: runtimeClient(), dynamoDbEndpoint: dynamoDb.endpoint };
    const started = await LocalDeployment.start({ templates: [state, app], bundle, ...common, ...options });
    onTestFinished(() => started.close());
    return started;
  };
  const deployment = await start();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const tables = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: "eu-central-1", credentials });
  onTestFinished(() => tables.destroy());
  return {
    deployment,
    again: start,
    put: (id: string) => tables.send(new PutItemCommand({ TableName: "things", Item: { id: { S: id } } })),
    get: (id: string) => tables.send(new GetItemCommand({ TableName: "things", Key: { id: { S: id } } })),
  };
}

describe.skipIf(without)(`templates on this machine${without ? ` (${without})` : ""}`, () => {
  it("answer at the URL, with what the template puts into the environment", async () => {
    const url = { Type: "AWS::Lambda::Url", Properties: { TargetFunctionArn: attribute("Http", "Arn") } };
    const alarm = { Type: "AWS::CloudWatch::Alarm", Properties: { Topic: { Ref: "Elsewhere" } } };

    const { deployment } = await deployed(template({ Http: functionOf("my-http", "index.http"), Url: url, alarm }));

    expect(await (await fetch(`${deployment.url}/a`)).text()).toBe("things/a");
    expect(deployment.ignored).toEqual(["AWS::CloudWatch::Alarm"]);
  });

  it("hand a table's changes to a function, and those that it never takes to the failure destination", async () => {
    const printed: string[] = [];
    const app = template({ Worker: functionOf("my-worker", "index.worker"), Mapping: mapping });
    const { deployment, put } = await deployed(app, { onOutput: (_, text) => void printed.push(text) });

    for (const id of ["a", "bad", "b"]) await put(id);

    const received = await vi.waitFor(async () => {
      const request = new ReceiveMessageCommand({ QueueUrl: deployment.queues.urls.failed });
      const { Messages: [message] = [] } = await deployment.queues.client.send(request);
      return JSON.parse(message?.Body ?? "none");
    }, patience);
    expect(received).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 2 },
      responseContext: { functionError: "Unhandled" },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining("things") },
    });
    await vi.waitFor(() => {
      const taken = printed.join("").matchAll(/took (\S+)/g);
      expect([...taken].flatMap(([, ids = ""]) => ids.split(","))).toEqual(["a", "b"]);
    }, patience);
  });

  it.each([
    [
      "a function that the bundle lacks",
      { Worker: functionOf("my-worker", "index.other") },
      "missing-export",
      "found http, worker",
    ],
    [
      "a mapping of something else",
      {
        Worker: functionOf("my-worker", "index.worker"),
        Mapping: { ...mapping, Properties: { ...mapping.Properties, EventSourceArn: "arn:aws:kafka:x" } },
      },
      "unsupported-template",
      "arn:aws:kafka:x",
    ],
    [
      "a schedule that is no rate",
      { Rule: { Type: "AWS::Events::Rule", Properties: { ScheduleExpression: "cron(0 12 * * ? *)", Targets: [] } } },
      "unsupported-template",
      "rate(1 minute)",
    ],
  ])("refuse %s", async (_, resources, errorCode, message) => {
    const deploying = deployed(template(resources));

    await expect(deploying).rejects.toMatchObject({ code: errorCode, message: expect.stringContaining(message) });
  });

  it("leave tables as they are that an earlier run has made", async () => {
    const { put, get, again } = await deployed(template({}));
    await put("kept");

    await again();

    expect((await get("kept")).Item).toEqual({ id: { S: "kept" } });
  });
});

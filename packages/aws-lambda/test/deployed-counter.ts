/** The counter's bundle, deployed on this machine: tables, copies of functions, and the mapping of the log's stream. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { createTables, tableDefinitions } from "@foldstream/dynamodb";
import { startDynamoDb } from "@foldstream/dynamodb-local";
import { type Invoked, LocalFunction, runtimeClient, StreamMapping } from "@foldstream/lambda-local";
import { onTestFinished } from "vitest";
import { bundle } from "./bundle.ts";
import type { requestEvent } from "./events.ts";

/** Of the function, where a test does not make it shorter: the machine may be busy. */
const timeoutMs = 60_000;

export interface Deployed {
  readonly http: LocalFunction;
  readonly worker: LocalFunction;
  readonly mapping: StreamMapping;
}

interface Choices {
  /** The time of an invocation, where it is not the function's timeout. */
  readonly timeFor: () => number | undefined;
  /** Whether a batch of the stream comes once more. */
  readonly again: () => boolean;
}

export async function deployCounter({ timeFor, again }: Choices): Promise<Deployed> {
  const local = await startDynamoDb();
  onTestFinished(() => local.close());
  const config = {
    endpoint: local.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const client = new DynamoDBClient(config);
  await createTables(client, tableDefinitions("counter-"));
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "counter-log" }));
  client.destroy();
  const common = { client: runtimeClient(), root: await bundleFolder(), timeoutMs };
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const http = new LocalFunction({ ...common, environment, handler: "index.http", concurrency: 3 });
  const worker = new LocalFunction({ ...common, environment, handler: "index.worker", concurrency: 2 });
  const streams = new DynamoDBStreamsClient(config);
  const invoke = (event: unknown) => worker.invoke(event, timeFor() ?? timeoutMs);
  const mapping = new StreamMapping({ client: streams, streamArn: Table?.LatestStreamArn ?? "", invoke, again });
  mapping.start();
  onTestFinished(async () => {
    http.close();
    worker.close();
    await mapping.stop();
  });
  return { http, worker, mapping };
}

/** Lambda's runtime finds the SDK by itself; here it is found beside the bundle. */
async function bundleFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-lambda-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "index.mjs"), (await bundle("counter")).code);
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return folder;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly token: string;
}

/** Undefined when the copy was ended instead of answering. */
export async function ask(
  functions: LocalFunction,
  event: ReturnType<typeof requestEvent>,
  ms?: number,
): Promise<Answer | undefined> {
  const invoked: Invoked = await functions.invoke(event, ms);
  if (invoked.kind === "failed") throw new Error(`The function failed: ${JSON.stringify(invoked.error)}`);
  if (invoked.kind === "ended") return undefined;
  const { statusCode, body, headers } = invoked.payload as {
    readonly statusCode: number;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  return { status: statusCode, body: JSON.parse(body), token: headers["consistency-token"] ?? "" };
}

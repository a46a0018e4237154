import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTables, dynamoDbEngine, tableDefinitions } from "@foldstream/dynamodb";
import { type LocalDynamoDb, startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lambdaFunctions } from "../../aws-lambda/src/index.ts";
import { increment, invocation } from "../../aws-lambda/test/counter.ts";
import { requestEvent, scheduledEvent, sqsEvent, streamEvent } from "../../aws-lambda/test/events.ts";
import { grantedApp } from "../test/granted-app.ts";
import { type RoleEndpoint, roleEndpoint } from "../test/role-endpoint.ts";
import { type Role, synthesize, type Topology } from "./index.ts";

const without = whyNoDynamoDb();
const patienceMs = 600_000;
const aws = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
const topology: Topology = { name: "granted", functions: { queue: {}, audit: {}, sweep: {} } };
const { granted: template } = synthesize(topology).stacks;

describe.skipIf(without)(`functions that may do no more than their roles${without ? ` (${without})` : ""}`, () => {
  let local: LocalDynamoDb;
  const endpoints: RoleEndpoint[] = [];
  const engines: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    local = await startDynamoDb();
    const client = new DynamoDBClient({ ...aws, endpoint: local.endpoint });
    await createTables(client, tableDefinitions("granted-"));
    client.destroy();
  }, patienceMs);
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    for (const endpoint of endpoints) endpoint.close();
    await local?.close();
  });

  /** A copy of the functions on the endpoint of one role. */
  async function copyOf(role: Role, app = grantedApp({ indexed: false })) {
    if (!template) throw new Error("There is no stack of functions.");
    const endpoint = await roleEndpoint(local.endpoint, template, role);
    endpoints.push(endpoint);
    return lambdaFunctions({
      app,
      engine: async () => {
        const client = { ...aws, endpoint: endpoint.url, maxAttempts: 1 };
        const engine = await dynamoDbEngine({ client, tablePrefix: "granted-", recorder: "elsewhere" });
        engines.push(engine);
        return engine;
      },
      settings: { leaseMs: 500, pollMs: 50, parking: { retries: 0, share: 1, atLeast: 10, atMost: 10 } },
      log: () => undefined,
      metrics: () => undefined,
    });
  }

  const refused = () => endpoints.flatMap((endpoint) => [...endpoint.refused]);

  it(
    "prepare an app, execute its commands, copy, park, react and audit",
    async () => {
      const { http } = await copyOf("http");
      const { worker } = await copyOf("worker");
      const { queue } = await copyOf("queue");
      const { audit } = await copyOf("audit");
      const { sweep } = await copyOf("sweep");
      const post = (path: string, body: object) => http(requestEvent("POST", path, { body }), invocation());

      await queue(sqsEvent([increment("a", 3), increment("bad"), increment("a")]));
      for (let round = 0; round < 8; round++)
        expect(await post("/commands/counter/b/Increment", {})).toMatchObject({ statusCode: 200 });
      expect(await post("/commands", { commands: [increment("a"), increment("b")] })).toMatchObject({
        statusCode: 200,
      });
      await worker(streamEvent(["counter-a", "counter-b", "counter-bad"]), invocation());
      await worker(scheduledEvent(), invocation());
      await sweep();
      await worker(scheduledEvent(), invocation());

      const total = await http(requestEvent("GET", "/queries/total", { query: "id=b" }), invocation());
      const echoed = await http(requestEvent("GET", "/queries/total", { query: "id=echo" }), invocation());
      expect([total.body, echoed.body]).toEqual(["9", "1"]);
      expect(await audit(scheduledEvent(), invocation())).toMatchObject({ ok: true });
      expect(refused()).toEqual([]);
    },
    patienceMs,
  );

  it(
    "deploy an index that was added, whichever of them starts first",
    async () => {
      await copyOf("http", grantedApp({ indexed: true }));
      await (await copyOf("worker", grantedApp({ indexed: true }))).worker(scheduledEvent(), invocation());

      expect(refused()).toEqual([]);
    },
    patienceMs,
  );

  it("have no permission that none of them needs", () => {
    const used = new Set(endpoints.flatMap((endpoint) => [...endpoint.used]));
    const allowed = new Set(endpoints.flatMap((endpoint) => [...endpoint.allowed]));

    expect(allowed.size).toBeGreaterThan(15);
    expect([...allowed].filter((action) => !used.has(action))).toEqual([]);
  });

  it("are refused what only others may do", async () => {
    const { sweep } = await copyOf("http");

    await expect(sweep()).rejects.toThrow(/Not authorized: dynamodb:Scan granted-log/);
  });
});

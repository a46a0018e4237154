import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  clientConfig,
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../test/local-engine.ts";
import { adding, appendEach } from "../test/log.ts";
import { dynamoDbEngine, type TableDefinition, tableDefinitions } from "./index.ts";

vi.setConfig({ testTimeout: slowEngineMs });

type Creation = TableDefinition["create"];

const keyedById: Omit<Creation, "TableName"> = {
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

/** Creates the tables of a prefix, each as `changed` says. */
async function createEach(client: DynamoDBClient, prefix: string, changed: (create: Creation) => Creation) {
  for (const { create } of tableDefinitions(prefix)) await client.send(new CreateTableCommand(changed(create)));
  client.destroy();
}

describe.skipIf(withoutDynamoDb)(`settings that cannot work${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();
  afterEach(() => dynamoDb().proxy.clear());

  it("G9 missing tables are named, with the setting that creates them", async () => {
    const { createTables: _, ...options } = freshOptions();

    const opening = dynamoDbEngine(options);

    await expect(opening).rejects.toMatchObject({ problem: "missing" });
    await expect(opening).rejects.toThrow(`${options.tablePrefix}`);
    await expect(opening).rejects.toThrow("createTables: true");
  });

  it("G9 a missing table is told as such to who may not describe it", async () => {
    const { createTables: _, ...options } = freshOptions();
    const denied = { fault: "exception", exception: "AccessDeniedException", times: Number.POSITIVE_INFINITY } as const;
    dynamoDb().proxy.inject({ operation: "DescribeTable", ...denied });

    await expect(dynamoDbEngine(options)).rejects.toThrow("A table is missing: set createTables");
  });

  it.each([true, false])(
    "G9 a table of another shape is refused and left alone (createTables: %s)",
    async (createTables) => {
      const options = freshOptions();
      const client = new DynamoDBClient(clientConfig());
      await createEach(client, options.tablePrefix, ({ TableName, ...create }) =>
        TableName.endsWith("feed") ? { TableName, ...keyedById } : { TableName, ...create },
      );

      const opening = dynamoDbEngine({ ...options, createTables });

      await expect(opening).rejects.toMatchObject({ problem: "other-shape" });
      await expect(opening).rejects.toThrow("Expected: HASH pk S, RANGE sk N. Found: HASH id S");
    },
  );

  it("G9 a log without the stream that this process is to record from is refused", async () => {
    const { client, tablePrefix } = freshOptions();
    await createEach(
      new DynamoDBClient(clientConfig()),
      tablePrefix,
      ({ StreamSpecification: _, ...create }) => create,
    );

    const opening = dynamoDbEngine({ ...(client && { client }), tablePrefix });

    await expect(opening).rejects.toMatchObject({ problem: "other-shape" });
    await expect(opening).rejects.toThrow("stream of NEW_IMAGE. Found: HASH pk S, RANGE sk S.");
  });

  it("G9 another number of partitions is refused, and the right one named", async () => {
    const options = freshOptions();
    await openEngine({ ...options, partitions: 3 });

    await expect(dynamoDbEngine({ ...options, partitions: 4 })).rejects.toThrow("Set `partitions: 3`");
  });

  it("G9 an endpoint where nobody listens is named as such", async () => {
    const client = { ...clientConfig(), endpoint: "http://127.0.0.1:9", maxAttempts: 1 };

    const opening = dynamoDbEngine({ client });

    await expect(opening).rejects.toMatchObject({ code: "store-failure" });
    await expect(opening).rejects.toThrow("check `client.endpoint`");
  });

  it.each([
    ["UnrecognizedClientException", "check access key, secret and session token"],
    ["AccessDeniedException", "lack a permission on the tables of `tablePrefix`"],
    ["ExpiredTokenException", "session token in `client` has expired"],
    ["InvalidSignatureException", "clock is wrong"],
    ["RequestExpired", "clock is wrong"],
  ])("G9 %s is refused at the start, and the message says: %s", async (exception, advice) => {
    const options = freshOptions();
    const fault = { fault: "exception", exception, times: Number.POSITIVE_INFINITY } as const;
    dynamoDb().proxy.inject(fault);

    const opening = dynamoDbEngine(options);

    await expect(opening).rejects.toMatchObject({ code: "store-failure", message: expect.stringContaining(advice) });
    await expect(opening).rejects.toThrow("at opening the tables");
  });

  it.each([
    ["AccessDeniedException", "lack a permission"],
    ["ResourceNotFoundException", "A table is missing: set createTables"],
    ["InvalidSignatureException", "clock is wrong"],
  ])("G9 G10 %s amid the work is told, and nothing is half written", async (exception, advice) => {
    const { eventStore } = await openEngine({ recorder: "elsewhere" });
    await appendEach(eventStore, "sum-1", 0, 20);
    for (const operation of ["PutItem", "TransactWriteItems"])
      dynamoDb().proxy.inject({ operation, fault: "exception", exception, times: Number.POSITIVE_INFINITY });

    const one = eventStore.append([adding("sum-1", 20, "refused")]);
    await expect(one).rejects.toMatchObject({ code: "store-failure", message: expect.stringContaining(advice) });
    const two = eventStore.append([adding("sum-1", 20, "refused"), adding("sum-2", 0, "refused")]);
    await expect(two).rejects.toMatchObject({ code: "store-failure", message: expect.stringContaining(advice) });
    dynamoDb().proxy.clear();

    expect(await eventStore.read("sum-1", { after: 0, limit: 100 })).toHaveLength(20);
    expect(await eventStore.read("sum-2", { after: 0, limit: 100 })).toEqual([]);
    expect(await eventStore.append([adding("sum-1", 20, "refused")])).toMatchObject({ ok: true });
  });

  it.each(["InvalidSignatureException", "RequestExpired"])(
    "G10 a clock that jumps by an hour is set right by what DynamoDB answers (%s)",
    async (exception) => {
      const { eventStore } = await openEngine({ recorder: "elsewhere" });
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
      onTestFinished(() => void vi.useRealTimers());
      const struck = dynamoDb().proxy.inject({ operation: "PutItem", fault: "exception", exception });

      expect(await eventStore.append([adding("sum-1", 0, "once")])).toMatchObject({ ok: true });

      expect(struck.hits()).toBe(1);
    },
  );

  it("several processes may create the tables at once", async () => {
    const options = freshOptions();

    const engines = await Promise.all(Array.from({ length: 5 }, () => openEngine(options)));

    expect(await Promise.all(engines.map(({ eventFeed }) => eventFeed.head("0")))).toEqual([0, 0, 0, 0, 0]);
  });
});

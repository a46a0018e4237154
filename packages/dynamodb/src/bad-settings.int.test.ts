import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, vi } from "vitest";
import {
  clientConfig,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../test/local-engine.ts";
import { dynamoDbEngine } from "./index.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`settings that cannot work${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G9 missing tables are named, with the setting that creates them", async () => {
    const { createTables: _, ...options } = freshOptions();

    const opening = dynamoDbEngine(options);

    await expect(opening).rejects.toMatchObject({ problem: "missing" });
    await expect(opening).rejects.toThrow(`${options.tablePrefix}`);
    await expect(opening).rejects.toThrow("createTables: true");
  });

  it("G9 a table of another shape is refused and left alone", async () => {
    const options = freshOptions();
    const client = new DynamoDBClient(clientConfig());
    await client.send(
      new CreateTableCommand({
        TableName: `${options.tablePrefix}feed`,
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );

    const opening = dynamoDbEngine(options);

    await expect(opening).rejects.toMatchObject({ problem: "other-shape" });
    await expect(opening).rejects.toThrow("Expected: HASH pk S, RANGE sk N. Found: HASH id S");
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

  it("several processes may create the tables at once", async () => {
    const options = freshOptions();

    const engines = await Promise.all(Array.from({ length: 5 }, () => openEngine(options)));

    expect(await Promise.all(engines.map(({ eventFeed }) => eventFeed.head("0")))).toEqual([0, 0, 0, 0, 0]);
  });
});

import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Fault } from "./faults.ts";
import { type LocalDynamoDb, startDynamoDb, whyNoDynamoDb } from "./start-dynamodb.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const missing = whyNoDynamoDb();
const TableName = "items";

function increment(id: string, by = 1) {
  return {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: "ADD amount :by",
    ExpressionAttributeValues: { ":by": { N: String(by) } },
  };
}

describe.skipIf(missing)(`between client and engine${missing ? ` (${missing})` : ""}`, () => {
  let local: LocalDynamoDb;
  let client: DynamoDBClient;
  let patient: DynamoDBClient;
  let made = 0;
  beforeAll(async () => {
    local = await startDynamoDb({ countUnits: true });
    const settings = {
      endpoint: local.endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    client = new DynamoDBClient({ ...settings, maxAttempts: 1 });
    patient = new DynamoDBClient({ ...settings, maxAttempts: 5 });
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      }),
    );
  });
  afterEach(() => local.proxy.clear());
  afterAll(async () => {
    client?.destroy();
    patient?.destroy();
    await local?.close();
  });

  const fresh = () => `item-${++made}`;
  const amountOf = async (id: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }));
    return Number(Item?.amount?.N ?? 0);
  };

  const refusing: readonly (readonly [Fault, string, number])[] = [
    ["throttle", "ProvisionedThroughputExceededException", 0],
    ["server-error", "InternalServerError", 0],
    ["cut", "TimeoutError", 0],
    ["applied-then-500", "InternalServerError", 1],
    ["applied-then-cut", "TimeoutError", 1],
  ];
  it.each(refusing)("%s fails with %s, and %i was applied", async (fault, name, applied) => {
    const id = fresh();
    const injected = local.proxy.inject({ operation: "UpdateItem", fault });

    await expect(client.send(new UpdateItemCommand(increment(id)))).rejects.toMatchObject({ name });

    expect(injected.hits()).toBe(1);
    expect(await amountOf(id)).toBe(applied);
  });

  it("refuses with any exception that a rule names", async () => {
    local.proxy.inject({ operation: "UpdateItem", fault: "exception", exception: "AccessDeniedException" });

    await expect(client.send(new UpdateItemCommand(increment(fresh())))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  it("strikes as often as it was told, after as many as it was told to let pass", async () => {
    const id = fresh();
    const injected = local.proxy.inject({ operation: "UpdateItem", fault: "throttle", after: 1, times: 2 });

    const outcomes = [];
    for (let attempt = 0; attempt < 4; attempt++)
      outcomes.push(
        await client.send(new UpdateItemCommand(increment(id))).then(
          () => "done",
          () => "refused",
        ),
      );

    expect(outcomes).toEqual(["done", "refused", "refused", "done"]);
    expect(injected.hits()).toBe(2);
    expect(await amountOf(id)).toBe(2);
  });

  it("holds a request back until it is told, while others overtake it", async () => {
    const id = fresh();
    let letGo: (value?: unknown) => void = () => undefined;
    local.proxy.inject({ operation: "PutItem", fault: "held", until: new Promise((resolve) => (letGo = resolve)) });
    const put = (amount: string) =>
      client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, amount: { N: amount } } }));

    const held = put("1");
    await vi.waitFor(() => expect(local.proxy.account().byOperation.PutItem?.requests).toBeGreaterThan(0));
    await put("2");
    expect(await amountOf(id)).toBe(2);
    letGo();
    await held;

    expect(await amountOf(id)).toBe(1);
  });

  it("answers in the engine's place, by what the engine says", async () => {
    const id = fresh();
    await client.send(new UpdateItemCommand(increment(id, 20)));
    local.proxy.inject({
      operation: "GetItem",
      fault: "answer",
      answer: async (input, ask) => {
        const { Item } = (await ask("GetItem", input)) as { Item: { amount: { N: string } } };
        return { Item: { amount: { N: `${Item.amount.N}1` } } };
      },
    });

    expect(await amountOf(id)).toBe(201);
    expect(await amountOf(id)).toBe(20);
  });

  it.each(["applied-then-500", "applied-then-cut"] as const)(
    "knows a transaction by its token, so that the SDK's retry after %s does it once",
    async (fault) => {
      const id = fresh();
      const injected = local.proxy.inject({ operation: "TransactWriteItems", fault });

      await patient.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: increment(id) }] }));

      expect(injected.hits()).toBe(1);
      expect(await amountOf(id)).toBe(1);
    },
  );

  it("refuses another transaction under a token that is taken, and tries one anew that failed", async () => {
    const id = fresh();
    const send = (ClientRequestToken: string, item: TransactWriteItem) =>
      client.send(new TransactWriteItemsCommand({ ClientRequestToken, TransactItems: [item] }));
    const conditional = { Update: { ...increment(id), ConditionExpression: "attribute_exists(id)" } };
    await expect(send("late", conditional)).rejects.toMatchObject({ name: "TransactionCanceledException" });
    await send("taken", { Update: increment(id) });

    await expect(send("taken", { Update: increment(id, 2) })).rejects.toMatchObject({
      name: "IdempotentParameterMismatchException",
    });
    await send("late", conditional);

    expect(await amountOf(id)).toBe(2);
  });

  it("refuses a transaction over items that take 4 MB as they are stored", async () => {
    const ids = Array.from({ length: 12 }, fresh);
    const text = { S: "x".repeat(380_000) };
    for (const id of ids) await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, text } }));
    const over = (count: number) =>
      client.send(
        new TransactWriteItemsCommand({ TransactItems: ids.slice(0, count).map((id) => ({ Update: increment(id) })) }),
      );

    await expect(over(12)).rejects.toThrow("cannot be larger than 4 MB");
    expect(await amountOf(ids[0] as string)).toBe(0);
    await over(11);
  });

  it("leaves half of a batch undone, and names it", async () => {
    const ids = Array.from({ length: 5 }, fresh);
    const put = (id: string) => ({ PutRequest: { Item: { id: { S: id }, amount: { N: "1" } } } });
    for (const operation of ["BatchWriteItem", "BatchGetItem"]) local.proxy.inject({ operation, fault: "unprocessed" });

    const written = await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: ids.map(put) } }));
    const Keys = ids.map((id) => ({ id: { S: id } }));
    const read = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));

    expect(written.UnprocessedItems).toEqual({ [TableName]: ids.slice(3).map(put) });
    expect(read.UnprocessedKeys?.[TableName]?.Keys).toEqual(Keys.slice(3));
    expect(await Promise.all(ids.map(amountOf))).toEqual([1, 1, 1, 0, 0]);
    const whole = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(whole.UnprocessedKeys).toEqual({});
  });

  it("counts what is read in a transaction twice, each item by itself", async () => {
    const [small, large] = [fresh(), fresh()];
    await client.send(new UpdateItemCommand(increment(small)));
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: large }, text: { S: "x".repeat(5_000) } } }));
    local.proxy.resetAccount();

    const TransactItems = [small, large, fresh()].map((id) => ({ Get: { TableName, Key: { id: { S: id } } } }));
    await client.send(new TransactGetItemsCommand({ TransactItems }));

    expect(local.proxy.account()).toMatchObject({ readUnits: 2 + 4 + 2, writeUnits: 0 });
  });
});

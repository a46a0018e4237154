import { eventFeedConformance, eventStoreConformance, readModelConformance } from "@foldstream/conformance";
import { describe, vi } from "vitest";
import { freshOptions, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../test/local-engine.ts";
import { type DynamoDbEngine, type DynamoDbOptions, dynamoDbEngine } from "./index.ts";

vi.setConfig({ testTimeout: slowEngineMs });

interface ReopenableEngine extends DynamoDbEngine {
  reopen(): Promise<ReopenableEngine>;
}

async function reopenable(options: DynamoDbOptions): Promise<ReopenableEngine> {
  const engine = await dynamoDbEngine(options);
  const reopen = async () => {
    await engine.close();
    return reopenable(options);
  };
  return { ...engine, reopen };
}

describe.skipIf(withoutDynamoDb)(`on a local engine${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();
  const suite = { name: "dynamodb", open: () => reopenable(freshOptions()), patienceMs: slowEngineMs };
  eventStoreConformance(suite);
  eventFeedConformance(suite);
  readModelConformance(suite);
});

import { eventFeedConformance, eventStoreConformance, readModelConformance } from "@foldstream/conformance";
import { type DynamoDbEngine, type DynamoDbOptions, dynamoDbEngine } from "./index.ts";

const endpoint = process.env.DYNAMODB_ENDPOINT ?? "http://127.0.0.1:5555";
let made = 0;

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

const open = () =>
  reopenable({
    client: { endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
    tablePrefix: `t${process.pid}-${++made}-`,
    createTables: true,
    recorderFailed: console.error,
  });

eventStoreConformance({ name: "dynamodb", open });
eventFeedConformance({ name: "dynamodb", open });
readModelConformance({ name: "dynamodb", open });

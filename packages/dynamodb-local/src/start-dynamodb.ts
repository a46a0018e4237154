/** Finds an engine that speaks DynamoDB, starts it, and puts the proxy in front of it. */
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { startMoto, whyNoMoto } from "./moto.ts";

export interface LocalDynamoDb {
  /** Where the SDK's client goes: the proxy's. */
  readonly endpoint: string;
  /** `given` by DYNAMODB_ENDPOINT, or moto's server. */
  readonly engine: "given" | "moto";
  readonly proxy: FaultProxy;
  close(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  readonly countUnits?: boolean;
}

/** Why there is no engine here, if there is none: what a skipped test says. */
export function whyNoDynamoDb(): string | undefined {
  return process.env.DYNAMODB_ENDPOINT ? undefined : whyNoMoto();
}

/** @throws Error when there is no engine, or it does not answer. */
export async function startDynamoDb({ countUnits = false }: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const given = process.env.DYNAMODB_ENDPOINT;
  const missing = whyNoDynamoDb();
  if (missing) throw new Error(`There is ${missing}.`);
  const moto = given ? undefined : await startMoto();
  const proxy = await startFaultProxy({ engine: given ?? (moto?.endpoint as string), countUnits });
  return {
    endpoint: proxy.endpoint,
    engine: given ? "given" : "moto",
    proxy,
    async close() {
      await proxy.close();
      await moto?.stop();
    },
  };
}

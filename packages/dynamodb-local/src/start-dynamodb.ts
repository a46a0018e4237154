/** Finds an engine that speaks DynamoDB, starts it, and puts the proxy in front of it. */
import { startDynalite, whyNoDynalite } from "./dynalite.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { startMoto, whyNoMoto } from "./moto.ts";

export interface LocalDynamoDb {
  /** Where the SDK's client goes: the proxy's. */
  readonly endpoint: string;
  /** `given` by DYNAMODB_ENDPOINT, moto's server, or dynalite where it was asked for. */
  readonly engine: "given" | "moto" | "dynalite";
  readonly proxy: FaultProxy;
  close(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  readonly countUnits?: boolean;
  /** This one in any case. Default: the one of DYNAMODB_ENDPOINT, else moto's server. */
  readonly engine?: "dynalite";
}

/** Why there is no engine here, if there is none: what a skipped test says. */
export function whyNoDynamoDb(engine?: "dynalite"): string | undefined {
  if (engine === "dynalite") return whyNoDynalite();
  return process.env.DYNAMODB_ENDPOINT ? undefined : whyNoMoto();
}

/** @throws Error when there is no engine, or it does not answer. */
export async function startDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const missing = whyNoDynamoDb(options.engine);
  if (missing) throw new Error(`There is ${missing}.`);
  const { engine, endpoint, stop } = await startEngine(options.engine);
  const proxy = await startFaultProxy({ engine: endpoint, countUnits: options.countUnits ?? false });
  return {
    endpoint: proxy.endpoint,
    engine,
    proxy,
    async close() {
      await proxy.close();
      await stop();
    },
  };
}

interface StartedEngine {
  readonly engine: LocalDynamoDb["engine"];
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

async function startEngine(asked: "dynalite" | undefined): Promise<StartedEngine> {
  const given = process.env.DYNAMODB_ENDPOINT;
  if (asked === "dynalite") return { engine: "dynalite", ...(await startDynalite()) };
  if (given) return { engine: "given", endpoint: given, stop: async () => undefined };
  return { engine: "moto", ...(await startMoto()) };
}

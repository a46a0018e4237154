/** Finds an engine that speaks DynamoDB, starts it, and puts the proxy in front of it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

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

/** How long moto may take to answer for the first time. */
const patienceMs = 60_000;
const lookEveryMs = 50;

/** Why there is no engine here, if there is none: what a skipped test says. */
export function whyNoDynamoDb(): string | undefined {
  if (process.env.DYNAMODB_ENDPOINT) return undefined;
  const { error } = spawnSync("moto_server", ["--help"], { stdio: "ignore" });
  return error
    ? "no DynamoDB here: set DYNAMODB_ENDPOINT, or install moto's server (pip install 'moto[server]')"
    : undefined;
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

async function startMoto() {
  const port = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const stop = () => stopped(server);
  process.once("exit", () => server.kill("SIGKILL"));
  const endpoint = `http://127.0.0.1:${port}`;
  const until = performance.now() + patienceMs;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`moto_server did not answer on port ${port}. Does it start by itself?`);
    }
    await sleep(lookEveryMs);
  }
  return { endpoint, stop };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`)).ok;
  } catch {
    return false;
  }
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

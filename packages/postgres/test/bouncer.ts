/** Debian's `pgbouncer` in transaction mode, in front of the server that tests share. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@foldstream/postgres-local";
import { onTestFinished } from "vitest";
import { connectionString } from "./postgres-server.ts";

const path = `${process.env.PATH}:/usr/sbin`;

/** Nothing when PgBouncer can be started. */
export function whyNoBouncer(): string | undefined {
  try {
    execFileSync("pgbouncer", ["--version"], { env: { PATH: path }, stdio: "ignore" });
    return undefined;
  } catch {
    return "needs pgbouncer on the path: apt-get install pgbouncer";
  }
}

/** Returns where it listens. It ends with the test. */
export async function openBouncer({ serverConnections }: { readonly serverConnections: number }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-pgbouncer-"));
  const port = await freePort();
  const target = new URL(await connectionString());
  writeFileSync(join(folder, "pgbouncer.ini"), configuration(target, port, serverConnections));
  chmodSync(folder, 0o755);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ["-u", "postgres"] : [];
  const bouncer = spawn("pgbouncer", [...user, "-q", join(folder, "pgbouncer.ini")], {
    env: { PATH: path },
    stdio: "ignore",
  });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => bouncer.once("exit", resolve));
    bouncer.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await listening(port, bouncer);
  return `postgres://anyone@127.0.0.1:${port}/pooled`;
}

function configuration({ hostname, port, username, password, pathname }: URL, listen: number, size: number): string {
  return `[databases]
pooled = host=${hostname} port=${port || 5432} user=${username} password=${decodeURIComponent(password)} dbname=${pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${size}
max_client_conn = 200
`;
}

async function listening(port: number, bouncer: ChildProcess): Promise<void> {
  while (!(await answers(port))) {
    if (bouncer.exitCode !== null) throw new Error(`pgbouncer ended with ${bouncer.exitCode}.`);
    await sleep(10);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

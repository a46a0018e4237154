import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { startPostgres } from "./index.ts";

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-local-"));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function started(folder: string) {
  const server = await startPostgres({ durable: false, folder });
  onTestFinished(() => server.stop());
  return server;
}

async function ask(connectionString: string, sql: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it("starts again on a folder that is named again, with what was in it", async () => {
  const folder = join(ownFolder(), "made", "by it");
  const first = await started(folder);
  await ask(first.connectionString, "CREATE TABLE kept AS SELECT 7 AS seven");
  await first.stop();

  const second = await started(folder);

  expect(await ask(second.connectionString, "SELECT seven FROM kept")).toEqual([{ seven: 7 }]);
});

it("initialises a folder anew where that was cut off", async () => {
  const folder = ownFolder();
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "PG_VERSION"), "18\n");

  const { connectionString } = await started(folder);

  expect(await ask(connectionString, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

it("names the folder that keeps the server's user out", async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip("only root runs the server as somebody else");
  const closed = ownFolder();
  chmodSync(closed, 0o700);

  await expect(startPostgres({ durable: false, folder: join(closed, "below") })).rejects.toThrow(`chmod o+x ${closed}`);
});

describe("a process that starts a server and does not stop it", () => {
  const program = (...then: string[]) => `
    import { startPostgres } from "@foldstream/postgres-local";
    const { connectionString } = await startPostgres({ durable: false, folder: process.argv[1] });
    console.log(connectionString);
    ${then.join("\n")}`;

  function run(source: string) {
    const args = ["--conditions=@foldstream/source", "--input-type=module", "--eval", source, ownFolder()];
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return { child, said: text(child.stdout), exit: once(child, "exit") };
  }

  const isGone = async (connectionString: string) => {
    await expect.poll(() => ask(connectionString, "SELECT 1").catch(() => "gone"), { timeout: 10_000 }).toBe("gone");
  };

  it("ends with its own exit code, and the server ends with it", async () => {
    const { said, exit } = run(program("process.exitCode = 3; process.exit();"));

    expect(await exit).toEqual([3, null]);
    await isGone((await said).trim());
  });

  it("takes the server along when a signal ends it", async () => {
    const { child, said, exit } = run(program("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1_000);"));

    expect(await exit).toEqual([143, null]);
    await isGone((await said).trim());
    expect(child.killed).toBe(false);
  });

  it("may finish what it does when it listens to signals itself", async () => {
    const asks = `import { text } from "node:stream/consumers";
import pg from "pg"; process.once("SIGTERM", async () => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      await client.query("SELECT pg_sleep(0.3)");
      await client.end();
      process.exit(0);
    }); process.kill(process.pid, "SIGTERM");`;
    const { exit } = run(program(asks));

    expect(await exit).toEqual([0, null]);
  });
});

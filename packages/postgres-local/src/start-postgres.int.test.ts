import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
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

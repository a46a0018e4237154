import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { expectGapless } from "../../../tests/engines/after-a-kill.ts";
import { added, wholeFeed } from "../../../tests/engines/log.ts";
import { openEngine, ownServer } from "../test/postgres-server.ts";
import type { PostgresEngine } from "./index.ts";

/** A disk of its own; nothing where we may not mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=100m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Leaves that many bytes free. */
function writeBallast(folder: string, free: number): string {
  const { bavail, bsize } = statfsSync(folder);
  const path = join(folder, "ballast");
  writeFileSync(path, Buffer.alloc(bavail * bsize - free));
  return path;
}

/** Three events of 10 KB that do not compress, under one receipt. */
function appendBig({ eventStore }: PostgresEngine, stream: string) {
  const event = () => ({ ...added(1, stream), data: JSON.stringify({ note: randomBytes(7_500).toString("base64") }) });
  const receipt = { commandId: stream, fingerprint: "", version: 3 };
  return eventStore.append([{ stream, expected: 0, events: [event(), event(), event()], receipts: [receipt] }]);
}

/** Appends groups of eight until one is refused. */
async function fill(engine: PostgresEngine) {
  const acknowledged: string[] = [];
  for (let round = 0; round < 500; round++) {
    const streams = Array.from({ length: 8 }, (_, n) => `sum-${round}-${n}`);
    const results = await Promise.allSettled(streams.map((stream) => appendBig(engine, stream)));
    acknowledged.push(...streams.filter((_, n) => results[n]?.status === "fulfilled"));
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (failures.length > 0) return { acknowledged, failures };
  }
  throw new Error("The disk was never full.");
}

async function expectOnlyAcknowledged({ eventStore, eventFeed }: PostgresEngine, acknowledged: readonly string[]) {
  const log = await wholeFeed(eventFeed);
  expectGapless(log);
  expect(new Set(log.map(({ stream }) => stream))).toEqual(new Set(acknowledged));
  expect(log).toHaveLength(3 * acknowledged.length);
  for (const stream of acknowledged) expect(await eventStore.receipts(stream, [stream])).toHaveLength(1);
}

it("tells every append that did not fit on a full disk, keeps what fitted, and goes on when there is space", async (context) => {
  const folder = smallDisk();
  if (!folder) return context.skip("needs to mount a tmpfs, which only root may");
  // Its write-ahead log is elsewhere: without space for that a server stops altogether.
  const wal = mkdtempSync(join(tmpdir(), "foldstream-wal-"));
  rmSync(wal, { recursive: true });
  onTestFinished(() => rmSync(wal, { recursive: true, force: true }));
  const server = await ownServer({ durable: true, folder: join(folder, "data"), initdbFlags: [`--waldir=${wal}`] });
  const engine = await openEngine({ connection: { connectionString: server.connectionString } });
  await engine.eventFeed.head("0");
  const ballast = writeBallast(folder, 6_000_000);

  const { acknowledged, failures } = await fill(engine);

  expect(acknowledged.length).toBeGreaterThan(8);
  for (const failure of failures)
    expect(failure).toMatchObject({ code: "store-failure", message: expect.stringContaining("Free space") });
  await expectOnlyAcknowledged(engine, acknowledged);
  rmSync(ballast);
  expect(await appendBig(engine, "afterwards")).toMatchObject({ ok: true });
  await expectOnlyAcknowledged(engine, [...acknowledged, "afterwards"]);
});

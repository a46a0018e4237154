import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventFeed, EventStore } from "foldstream/port";
import { describe, expect, it, onTestFinished } from "vitest";
import { added, wholeFeed } from "../../../../tests/engines/log.ts";
import { openEngine, scratchFile } from "../../test/scratch.ts";
import { Appender } from "../event-store/appender.ts";
import { sqliteEventFeed } from "../event-store/sqlite-event-feed.ts";
import { sqliteEventStore } from "../event-store/sqlite-event-store.ts";
import { StreamIds } from "../event-store/stream-ids.ts";
import { Database } from "./database.ts";

type Log = { readonly eventStore: EventStore; readonly eventFeed: EventFeed };

/** Three events of 10 KB under one receipt: either all of it is there afterwards, or none. */
function appendBig(eventStore: EventStore, stream: string) {
  const big = { ...added(1, stream), data: JSON.stringify({ by: 1, note: "x".repeat(10_000) }) };
  const receipt = { commandId: stream, fingerprint: "", version: 3 };
  return eventStore.append([{ stream, expected: 0, events: [big, big, big], receipts: [receipt] }]);
}

/** Appends groups of eight until one is refused. Returns the streams that were acknowledged and what refused the others. */
async function fill({ eventStore }: Log) {
  const acknowledged: string[] = [];
  for (let round = 0; round < 200; round++) {
    const streams = Array.from({ length: 8 }, (_, n) => `sum-${round}-${n}`);
    const results = await Promise.allSettled(streams.map((stream) => appendBig(eventStore, stream)));
    acknowledged.push(...streams.filter((_, n) => results[n]?.status === "fulfilled"));
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (failures.length > 0) return { acknowledged, failures };
  }
  throw new Error("The disk was never full.");
}

async function expectOnlyAcknowledged({ eventStore, eventFeed }: Log, acknowledged: readonly string[]) {
  const log = await wholeFeed(eventFeed);
  expect(log.map(({ stream, version }) => `${stream}@${version}`)).toEqual(
    acknowledged.flatMap((stream) => [`${stream}@1`, `${stream}@2`, `${stream}@3`]),
  );
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
  for (const stream of acknowledged) expect(await eventStore.receipts(stream, [stream])).toHaveLength(1);
}

function expectClear(failures: readonly unknown[]) {
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: "store-failure", message: expect.stringContaining("Free space") });
  }
}

/** A disk of its own, of two megabytes; nothing where we may not mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe("a full disk", () => {
  it("is told to every append that did not fit, keeps what fitted, and is over when there is space", async (context) => {
    const folder = smallDisk();
    if (!folder) return context.skip("needs to mount a tmpfs, which only root may");
    const ballast = join(folder, "ballast");
    writeFileSync(ballast, Buffer.alloc(500_000));
    const engine = openEngine({ path: join(folder, "app.db") });

    const { acknowledged, failures } = await fill(engine);

    expect(acknowledged.length).toBeGreaterThan(8);
    expectClear(failures);
    await expectOnlyAcknowledged(engine, acknowledged);
    expect(statSync(ballast).size).toBe(500_000);
    rmSync(ballast);
    expect(await appendBig(engine.eventStore, "afterwards")).toMatchObject({ ok: true });
    await expectOnlyAcknowledged(engine, [...acknowledged, "afterwards"]);
  });

  it("met in the middle of a group refuses all of the group, since SQLite gives up the whole transaction", async () => {
    const database = new Database(scratchFile(), "full");
    onTestFinished(() => database.close());
    const ids = new StreamIds(database);
    const appender = new Appender(database, ids);
    const log = {
      eventStore: sqliteEventStore(database, appender, ids),
      eventFeed: sqliteEventFeed(database, appender),
    };
    database.connection.exec("PRAGMA max_page_count = 400");

    const { acknowledged, failures } = await fill(log);

    expect(failures).toHaveLength(8);
    expectClear(failures);
    await expectOnlyAcknowledged(log, acknowledged);
    database.connection.exec("PRAGMA max_page_count = 4000");
    expect(await appendBig(log.eventStore, "afterwards")).toMatchObject({ ok: true });
    await expectOnlyAcknowledged(log, [...acknowledged, "afterwards"]);
  });
});

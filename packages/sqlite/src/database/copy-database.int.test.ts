import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { adding, wholeFeed } from "../../../../tests/engines/log.ts";
import { openEngine, scratchFile, scratchFolder } from "../../test/scratch.ts";
import type { BackupProgress, SqliteEngine } from "../index.ts";

async function appendMany({ eventStore }: SqliteEngine, from: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, n) => from + n);
  await Promise.all(numbers.map((n) => eventStore.append([adding(`sum-${n}`, 0, `command-${n}`)])));
}

function integrity(path: string): unknown {
  const connection = new DatabaseSync(path);
  const result = connection.prepare("PRAGMA integrity_check").get();
  connection.close();
  return result?.integrity_check;
}

/** Whether a promise has settled, to be asked at any time. */
function settles(promise: Promise<unknown>): () => boolean {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  return () => settled;
}

describe("a backup", () => {
  it("made while appends go on holds the log as it was when the backup began", async () => {
    const engine = openEngine();
    await appendMany(engine, 0, 10_000);
    const copy = join(scratchFolder(), "backups", "copy.db");
    const reports: BackupProgress[] = [];

    const backup = engine.backup(copy, (progress) => reports.push(progress));
    const isDone = settles(backup);
    let appended = 10_000;
    for (; !isDone(); appended += 100) await appendMany(engine, appended, 100);
    await backup;

    expect(integrity(copy)).toBe("ok");
    expect(readdirSync(dirname(copy))).toEqual(["copy.db"]);
    expect(appended).toBeGreaterThan(10_000);
    expect(reports.length).toBeGreaterThan(1);
    const restored = await wholeFeed(openEngine({ path: copy }).eventFeed);
    const original = await wholeFeed(engine.eventFeed);
    expect(original).toHaveLength(appended);
    expect(restored).toHaveLength(10_000);
    expect(restored).toEqual(original.slice(0, restored.length));
  });

  it("can be written to, without a trace in the original", async () => {
    const engine = openEngine();
    await appendMany(engine, 0, 10);
    const copy = scratchFile();
    await engine.backup(copy);

    const restored = openEngine({ path: copy });
    await appendMany(restored, 10, 1);

    expect(await restored.eventFeed.head("0")).toBe(11);
    expect(await engine.eventFeed.head("0")).toBe(10);
  });

  it("takes the place of an older one, and of the write-ahead log beside it", async () => {
    const engine = openEngine();
    await appendMany(engine, 0, 10);
    const copy = scratchFile();
    await engine.backup(copy);
    writeFileSync(`${copy}-wal`, "left by a crash");
    await appendMany(engine, 10, 10);

    await engine.backup(copy);

    expect(await openEngine({ path: copy }).eventFeed.head("0")).toBe(20);
  });

  it("onto the file itself is refused", async () => {
    const path = scratchFile();
    const engine = openEngine({ path });
    await appendMany(engine, 0, 10);

    await expect(engine.backup(join(dirname(path), ".", "app.db"))).rejects.toThrow("onto itself");
    await expect(engine.backup(path)).rejects.toMatchObject({ problem: "onto-itself" });
    expect(await engine.eventFeed.head("0")).toBe(10);
  });

  it("that cannot be written fails clearly and leaves what was there", async () => {
    const engine = openEngine();
    const notAFolder = scratchFile();
    writeFileSync(notAFolder, "a file");

    await expect(engine.backup(join(notAFolder, "copy.db"))).rejects.toMatchObject({ code: "store-failure" });
    expect(readFileSync(notAFolder, "utf8")).toBe("a file");
  });

  it("is finished before the engine closes", async () => {
    const engine = openEngine();
    await appendMany(engine, 0, 5_000);
    const copy = scratchFile();

    const backup = engine.backup(copy);
    await engine.close();
    await backup;

    expect(integrity(copy)).toBe("ok");
  });
});

import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { isFoldstreamError, t } from "foldstream";
import { describe, expect, it } from "vitest";
import { added, adding, wholeFeed } from "../../../../tests/engines/log.ts";
import { openEngine, scratchFile } from "../../test/scratch.ts";
import { GroupCommit } from "./group-commit.ts";

/** Appends that are asked for together share a transaction. */
describe("appends in one transaction", () => {
  it("have an outcome each: the losers do not touch the winners", async () => {
    const { eventStore, eventFeed } = openEngine();
    await eventStore.append([adding("sum-1", 0, "command-1")]);

    const results = await Promise.all([
      eventStore.append([adding("sum-2", 0, "command-2")]),
      eventStore.append([adding("sum-1", 0, "late")]),
      eventStore.append([adding("sum-3", 0, "command-3"), adding("sum-1", 7, "command-3")]),
      eventStore.append([adding("sum-1", 1, "command-1")]),
      eventStore.append([adding("sum-3", 0, "command-4")]),
      eventStore.append([adding("sum-3", 1, "command-5")]),
      eventStore.append([adding("sum-2", 0, "command-2")]),
    ]);

    expect(results.map((result) => (result.ok ? "ok" : result.reason))).toEqual([
      "ok",
      "version-conflict",
      "version-conflict",
      "duplicate-command",
      "ok",
      "ok",
      "duplicate-command",
    ]);
    const log = await wholeFeed(eventFeed);
    expect(log.map(({ stream, version, position }) => `${position} ${stream}@${version}`)).toEqual([
      "1 sum-1@1",
      "2 sum-2@1",
      "3 sum-3@1",
      "4 sum-3@2",
    ]);
  });

  it("do not mix up streams after one that was to create a stream was undone", async () => {
    const { eventStore } = openEngine();
    await eventStore.append([adding("old", 0, "command-1")]);
    const together = (stream: string) => eventStore.append([adding(stream, 0, stream), adding("old", 9, stream)]);

    await Promise.all([together("ghost"), eventStore.append([adding("first", 0, "a")]), together("spectre")]);
    await eventStore.append([adding("second", 0, "b", 2)]);

    expect(await eventStore.read("ghost", { after: 0, limit: 9 })).toEqual([]);
    expect(await eventStore.read("spectre", { after: 0, limit: 9 })).toEqual([]);
    expect(await eventStore.append([adding("ghost", 0, "c", 3)])).toMatchObject({ ok: true });
    const dataOf = async (stream: string) =>
      (await eventStore.read(stream, { after: 0, limit: 9 })).map(({ data }) => data);
    expect(await dataOf("second")).toEqual([`{"by":2}`]);
    expect(await dataOf("ghost")).toEqual([`{"by":3}`]);
  });

  it("are written in the order in which they were asked for", async () => {
    const { eventStore, eventFeed } = openEngine();

    await Promise.all(Array.from({ length: 2_500 }, (_, n) => eventStore.append([adding(`sum-${n}`, 0, `c${n}`, n)])));

    expect((await wholeFeed(eventFeed)).map(({ stream }) => stream)).toEqual(
      Array.from({ length: 2_500 }, (_, n) => `sum-${n}`),
    );
  });
});

describe("an append that SQLite itself refuses", () => {
  it("fails alone", async () => {
    const { eventStore, eventFeed } = openEngine();
    const broken = { ...added(1), type: 7n as unknown as string, schemaVersion: "x" as unknown as number };

    const results = await Promise.allSettled([
      eventStore.append([adding("sum-1", 0, "command-1")]),
      eventStore.append([{ stream: "sum-2", expected: 0, events: [broken], receipts: [] }]),
      eventStore.append([adding("sum-3", 0, "command-3")]),
    ]);

    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await wholeFeed(eventFeed)).map(({ stream }) => stream)).toEqual(["sum-1", "sum-3"]);
  });
});

describe("a closed engine", () => {
  it("has written what it accepted before", async () => {
    const path = scratchFile();
    const engine = openEngine({ path });

    const accepted = Array.from({ length: 1_500 }, (_, n) =>
      engine.eventStore.append([adding(`sum-${n}`, 0, `c${n}`)]),
    );
    await engine.close();

    expect((await Promise.all(accepted)).every(({ ok }) => ok)).toBe(true);
    expect(await openEngine({ path }).eventFeed.head("0")).toBe(1_500);
  });

  it("rejects what comes later as stopped", async () => {
    const { eventStore, eventFeed, readModels, backup, close } = openEngine();
    const model = {
      name: "sums",
      version: 1,
      kind: "table",
      columns: { id: t.key() },
      indexes: [],
      search: [],
    } as const;
    await close();

    const later = [
      () => eventStore.append([adding("sum-1", 0, "late")]),
      () => eventStore.read("sum-1", { after: 0, limit: 1 }),
      () => eventStore.receipts("sum-1", ["late"]),
      () => eventStore.readSnapshot("sum-1"),
      () => eventFeed.read("0", 0, 1),
      () => eventFeed.head("0"),
      () => readModels.checkpoint(model, "0"),
      () => readModels.load(model, ["key"]),
      () => readModels.write(model, { partition: "0", expected: 0, next: 1, rows: [], facts: [] }),
      () => readModels.prepare([model]),
      () => backup(scratchFile()),
      async () => readModels.sql?.select({ sql: "SELECT 1", parameters: [] }),
    ];

    for (const call of later) await expect(call()).rejects.toMatchObject({ code: "stopped" });
  });

  it("may be closed again, also while it is closing", async () => {
    const engine = openEngine();
    const accepted = engine.eventStore.append([adding("sum-1", 0, "command-1")]);

    await Promise.all([engine.close(), engine.close()]);
    await engine.close();

    expect((await accepted).ok).toBe(true);
  });
});

describe("a file that another process holds", () => {
  function hold(path: string): () => void {
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    return () => other.close();
  }

  it("is waited for, without keeping the event loop", async () => {
    const path = scratchFile();
    const { eventStore } = openEngine({ path });
    const release = hold(path);

    const appends = Promise.all([
      eventStore.append([adding("sum-1", 0, "command-1")]),
      eventStore.append([adding("sum-2", 0, "command-2")]),
    ]);
    for (let turn = 0; turn < 20; turn++) await sleep(1);
    release();

    expect((await appends).map(({ ok }) => ok)).toEqual([true, true]);
  });

  it("gives a clear failure when waiting does not help, and works again later", async () => {
    const path = scratchFile();
    openEngine({ path });
    const connection = new DatabaseSync(path, { timeout: 0 });
    const group = new GroupCommit(connection, path, 100);
    const release = hold(path);

    const error = await group.write(() => ({ value: "written", undo: false })).catch((reason: unknown) => reason);
    release();

    expect(isFoldstreamError(error) && error.code).toBe("store-failure");
    expect((error as Error).message).toContain("Another process");
    expect(await group.write(() => ({ value: "written", undo: false }))).toBe("written");
    connection.close();
  });
});

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileBlobStore } from "@foldstream/node";
import { t } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openEngine, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../test/local-engine.ts";
import { added, adding, noise, wholeFeed } from "../test/log.ts";

vi.setConfig({ testTimeout: slowEngineMs });

const notes: ReadModel = {
  name: "notes",
  version: 1,
  kind: "table",
  columns: { id: t.key(), text: t.text() },
  indexes: [],
  search: [],
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-dynamodb-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe.skipIf(withoutDynamoDb)(`the limits of DynamoDB${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();
  const large = noise(600_000);

  it("an append beyond an item is refused whole, and the message names the setting", async () => {
    const { eventStore } = await openEngine();

    const append = eventStore.append([adding("sum-1", 0, "large", large)]);

    await expect(append).rejects.toThrow("Set `blobs` on the engine");
    expect(await eventStore.read("sum-1", { after: 0, limit: 10 })).toEqual([]);
  });

  it("events, snapshots and rows beyond an item go through a blob store, and come back whole", async () => {
    const folder = temporaryFolder();
    const { eventStore, eventFeed, readModels } = await openEngine({ blobs: fileBlobStore(folder) });

    for (const [version, text] of ["small", large, "small again"].entries())
      expect(await eventStore.append([adding("sum-1", version, `command-${version}`, text)])).toMatchObject({
        ok: true,
      });
    await eventStore.writeSnapshot("sum-1", { version: 3, schemaVersion: 1, state: JSON.stringify(large) });
    await readModels.prepare([notes]);
    const rows = [{ key: "a", row: { text: large } }];
    await readModels.write(notes, { partition: "0", expected: 0, next: 1, rows, facts: [] });

    const events = await eventStore.read("sum-1", { after: 0, limit: 10 });
    expect(events.map(({ data }) => JSON.parse(data).padding)).toEqual(["small", large, "small again"]);
    expect(JSON.parse((await eventStore.readSnapshot("sum-1"))?.state ?? "")).toBe(large);
    expect(await readModels.reader(notes).get("a")).toEqual({ id: "a", text: large });
    await vi.waitFor(async () => expect(await wholeFeed(eventFeed)).toHaveLength(3), slowEngineMs);
    expect((await wholeFeed(eventFeed)).map(({ data }) => JSON.parse(data).padding)).toEqual([
      "small",
      large,
      "small again",
    ]);
    expect(readdirSync(folder, { recursive: true }).length).toBeGreaterThan(3);
  });

  it("a stream of several megabytes is read over many pages, and recorded in many items", async () => {
    const { eventStore, eventFeed } = await openEngine();
    const text = noise(90_000);
    for (let version = 0; version < 40; version++)
      await eventStore.append([adding("sum-1", version, `command-${version}`, text)]);

    const events = await eventStore.read("sum-1", { after: 0, limit: 1_000 });

    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    await vi.waitFor(async () => expect(await wholeFeed(eventFeed)).toHaveLength(40), slowEngineMs);
  });

  it("100 streams are written together, 101 are refused before anything is sent", async () => {
    const { eventStore } = await openEngine({ recorder: "elsewhere" });
    const writes = (count: number) => Array.from({ length: count }, (_, index) => adding(`sum-${index}`, 0, "all"));

    await expect(eventStore.append(writes(101))).rejects.toThrow("at most 100 atomically");
    expect(await eventStore.append(writes(100))).toMatchObject({ ok: true });
  });

  it("names that no key can hold are refused by what is wrong with them", async () => {
    const { eventStore, readModels } = await openEngine({ recorder: "elsewhere" });
    const to = (stream: string) => eventStore.append([{ stream, expected: 0, events: [added(1)], receipts: [] }]);

    await expect(to("x".repeat(3_000))).rejects.toThrow("a name of 3000 bytes; DynamoDB takes 2048");
    await expect(to("half \ud800")).rejects.toThrow("surrogate");
    await readModels.prepare([notes]);
    const rows = [{ key: "k".repeat(2_000), row: { text: "" } }];
    await expect(
      readModels.write(notes, { partition: "0", expected: 0, next: 1, rows, facts: [] }),
    ).rejects.toMatchObject({ code: "invalid-row", message: expect.stringContaining("2000 bytes") });
  });
});

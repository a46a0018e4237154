import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { contentsOf, fill, plainSteps, type Step, steps } from "../../test/logs.ts";
import { openSqlite, scratchFolder } from "../../test/scratch.ts";
import { digestLog, restoreBackup, verifyBackup, writeBackup } from "../index.ts";

async function filled(log: readonly Step[] = plainSteps(400)): Promise<Engine> {
  const engine = memoryEngine({ partitions: 4 });
  await fill(engine, log);
  return engine;
}

describe("a backup", () => {
  it("of any log, restored into another engine, holds every event and receipt", async () => {
    const path = join(scratchFolder(), "any.gz");
    await fc.assert(
      fc.asyncProperty(steps, async (log) => {
        const [from, to] = [await filled(log), openSqlite()];

        const written = await writeBackup(from, path);
        const restored = await restoreBackup(path, to);

        expect(await contentsOf(to)).toEqual(await contentsOf(from));
        expect(restored.log).toEqual(written);
        expect(written).toEqual(await digestLog(from));
      }),
      { numRuns: 25 },
    );
  });

  it("is lines of JSON in gzip, which other tools read, with a checksum that they can compute", async () => {
    const path = join(scratchFolder(), "log.gz");
    const log = await writeBackup(await filled(), path);

    const lines = execFileSync("gzip", ["-dc", path], { encoding: "utf8" }).split("\n");
    const [header, ...rest] = lines.slice(0, -1).map((line) => JSON.parse(line));
    const footer = rest.pop();

    expect(header).toMatchObject({ kind: "header", format: "foldstream-backup", formatVersion: 1 });
    expect(header.partitions.map(({ name }: { name: string }) => name)).toEqual(["0", "1", "2", "3"]);
    expect(rest.map(({ kind }) => kind)).toEqual([
      ...Array(log.events.count).fill("event"),
      ...Array(log.receipts.count).fill("receipt"),
    ]);
    const before = lines.slice(0, -2).map((line) => `${line}\n`);
    expect(footer).toEqual({
      kind: "footer",
      ...log,
      sha256: createHash("sha256").update(before.join("")).digest("hex"),
    });
  });

  it("takes the place of an older one, makes its folder, and leaves no draft", async () => {
    const folder = join(scratchFolder(), "of", "folders");
    const path = join(folder, "log.gz");
    await writeBackup(await filled(plainSteps(10)), path);

    const { events } = await writeBackup(await filled(), path);

    expect((await verifyBackup(path)).log.events).toEqual(events);
    expect(readdirSync(folder)).toEqual(["log.gz"]);
  });

  it("that is stopped leaves the older one as it was, and no draft", async () => {
    const folder = scratchFolder();
    const path = join(folder, "log.gz");
    await writeBackup(await filled(plainSteps(10)), path);
    const before = readFileSync(path);
    const stop = new AbortController();

    const writing = writeBackup(await filled(plainSteps(5_000)), path, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });

    await expect(writing).rejects.toThrow("aborted");
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(["log.gz"]);
  });

  it("of an engine at work has each stream up to one version, and no receipt beyond it", async () => {
    const path = join(scratchFolder(), "busy.gz");
    const from = await filled(plainSteps(5_000));
    let late = 0;

    await writeBackup(from, path, {
      onProgress: () => void from.eventStore.append([lateWrite(late++)]),
    });
    const to = memoryEngine();
    await restoreBackup(path, to);

    const { events, receipts } = await contentsOf(to);
    const appended = (await contentsOf(from)).receipts.filter(({ commandId }) => commandId.startsWith("late")).length;
    expect(appended).toBeGreaterThan(3);
    const written = new Set(events.map(({ stream }) => stream));
    const told = receipts.filter(({ commandId }) => commandId.startsWith("late"));
    expect(told.length).toBeLessThan(appended);
    expect(told.filter(({ stream }) => !written.has(stream))).toEqual([]);
  });

  it("goes on being restored after it was stopped", async () => {
    const [path, from, to] = [join(scratchFolder(), "log.gz"), await filled(plainSteps(9_000)), memoryEngine()];
    await writeBackup(from, path);
    const stop = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => phase === "events" && stop.abort();
    await expect(restoreBackup(path, to, { signal: stop.signal, onProgress })).rejects.toThrow("aborted");
    const there = (await contentsOf(to)).events.length;

    const { written, log } = await restoreBackup(path, to);

    expect(there).toBeGreaterThan(0);
    expect(written.events).toBe(log.events.count - there);
    expect(await contentsOf(to)).toEqual(await contentsOf(from));
  });
});

function lateWrite(index: number) {
  const commandId = `late-${index}`;
  const metadata = { commandId, causationId: commandId, correlationId: commandId };
  const event = { type: "counter.Incremented", schemaVersion: 1, data: "1", recordedAt: 1, metadata };
  const receipt = { commandId, fingerprint: commandId, version: 1 };
  return { stream: `late-${index}`, expected: 0, events: [event], receipts: [receipt] };
}

describe("a path that cannot be used", () => {
  it.each([
    ["a folder", "folder", /Cannot read the backup .*folder\. That is a folder/],
    ["nothing", "nothing.gz", /Cannot read the backup .*nothing\.gz\. There is no such file/],
  ])("to read from: %s", async (_, name, message) => {
    const folder = scratchFolder();
    execFileSync("mkdir", [join(folder, "folder")]);

    await expect(verifyBackup(join(folder, name))).rejects.toThrow(message);
  });

  it("to write to: below a file", async () => {
    const file = join(scratchFolder(), "file");
    writeFileSync(file, "");

    await expect(writeBackup(await filled(), join(file, "log.gz"))).rejects.toMatchObject({
      problem: "unusable-file",
      message: expect.stringContaining("Nothing was written under this name."),
    });
    expect(existsSync(file)).toBe(true);
  });

  it("to write to: a folder", async () => {
    const folder = join(scratchFolder(), "folder");
    execFileSync("mkdir", ["-p", join(folder, "full")]);

    await expect(writeBackup(await filled(), folder)).rejects.toThrow(/That is a folder: name a file/);
    expect(existsSync(`${folder}.draft`)).toBe(false);
  });
});

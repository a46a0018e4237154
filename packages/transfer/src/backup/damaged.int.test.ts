import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { contentsOf, fill, plainSteps } from "../../test/logs.ts";
import { scratchFolder } from "../../test/scratch.ts";
import { restoreBackup, verifyBackup, writeBackup } from "../index.ts";

const nothing = { events: [], receipts: [] };

async function wholeBackup() {
  const path = join(scratchFolder(), "log.gz");
  const engine = memoryEngine({ partitions: 2 });
  await fill(engine, plainSteps(300));
  await writeBackup(engine, path);
  return { path, bytes: readFileSync(path) };
}

/** Whether verifying and restoring refuse the file, and nothing was written. Gives the message. */
async function refusal(path: string, bytes: Uint8Array, problem = "damaged-backup"): Promise<string> {
  writeFileSync(path, bytes);
  const target = memoryEngine();
  const verified = await verifyBackup(path).catch((error: unknown) => error);
  const restored = await restoreBackup(path, target).catch((error: unknown) => error);
  expect(restored).toMatchObject({ name: "TransferError", problem });
  expect(verified).toEqual(restored);
  expect(await contentsOf(target)).toEqual(nothing);
  return (restored as Error).message;
}

/** The backup with other text in it, compressed as it should be. */
function rewritten(bytes: Buffer, change: (lines: string[]) => readonly string[]): Buffer {
  return gzipSync(change(gunzipSync(bytes).toString().trimEnd().split("\n")).join("\n").concat("\n"));
}

const places = (size: number) => Array.from({ length: 60 }, (_, index) => 10 + Math.floor(((size - 11) * index) / 59));

describe("a damaged backup is refused, and nothing of it is written", () => {
  it("cut off anywhere", async () => {
    const { path, bytes } = await wholeBackup();

    for (const length of [1, 9, ...places(bytes.length)]) {
      expect(await refusal(path, bytes.subarray(0, length)), String(length)).toMatch(
        new RegExp(`damaged at line \\d+: the file is cut off, after ${length} bytes`),
      );
    }
  });

  it("with a byte changed anywhere after the ten that gzip writes first, of which it checks three", async () => {
    const { path, bytes } = await wholeBackup();

    for (const place of [2, 3, ...places(bytes.length)]) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] as number) ^ 0x40;
      expect(await refusal(path, changed), String(place)).toMatch(/damaged at line \d+/);
    }
  });

  it("with something behind the end", async () => {
    const { path, bytes } = await wholeBackup();

    for (const more of [Buffer.from("more"), Buffer.alloc(512)])
      expect(await refusal(path, Buffer.concat([bytes, more]))).toMatch(/more follows after the end/);
    expect(await refusal(path, Buffer.concat([bytes, bytes]))).toMatch(/a header after a footer/);
  });

  it.each<[string, (lines: string[]) => readonly string[], RegExp]>([
    ["a line lost", (lines) => lines.toSpliced(50, 1), /line 583: the footer counts 270 events, the file has 269/],
    ["a line doubled", (lines) => lines.toSpliced(50, 0, lines[50] ?? ""), /counts 270 events, the file has 271/],
    ["lines exchanged", (lines) => lines.with(5, lines[6] ?? "").with(6, lines[5] ?? ""), /the SHA-256 of the lines/],
    [
      "a field changed",
      (lines) => lines.with(9, lines[9]?.replace(/by/, "to") ?? ""),
      /the digest of the events is not/,
    ],
    [
      "a receipt changed",
      (lines) => lines.with(400, lines[400]?.replace(/of c/, "to c") ?? ""),
      /digest of the receipts/,
    ],
    ["a space added", (lines) => lines.with(9, `${lines[9]} `), /line 584: the SHA-256 of the lines/],
    ["no footer", (lines) => lines.slice(0, -1), /line 584: the footer is missing/],
    ["two footers", (lines) => [...lines, lines.at(-1) ?? ""], /a footer after a footer/],
    [
      "a receipt before an event",
      (lines) => lines.toSpliced(3, 0, lines[400] ?? ""),
      /line 5: a event after a receipt/,
    ],
    ["a line that is not JSON", (lines) => lines.with(7, "nonsense"), /line 8: it is not a line of a backup/],
    ["a line of no kind", (lines) => lines.with(7, '{"kind":"other"}'), /line 8: it is not a line of a backup/],
    ["an event without a stream", (lines) => lines.with(7, '{"kind":"event"}'), /line 8: it is not a line of a backup/],
    [
      "a footer without counts",
      (lines) => lines.with(-1, '{"kind":"footer","sha256":""}'),
      /is not a line of a backup/,
    ],
    ["another checksum", (lines) => lines.with(-1, lines.at(-1)?.replace(/"\}$/, '0"}') ?? ""), /the SHA-256 of/],
  ])("with %s", async (_, change, message) => {
    const { path, bytes } = await wholeBackup();

    expect(await refusal(path, rewritten(bytes, change))).toMatch(message);
  });

  it("but restored when it was compressed again with other settings", async () => {
    const { path, bytes } = await wholeBackup();
    writeFileSync(path, gzipSync(gunzipSync(bytes), { level: 1 }));

    const { written } = await restoreBackup(path, memoryEngine());

    expect(written.events).toBe(270);
  });
});

describe("a file that is something else is refused, and said to be so", () => {
  it.each<[string, Buffer, RegExp]>([
    ["nothing", Buffer.alloc(0), /it is empty/],
    ["text", Buffer.from("hello\n"), /it is not compressed with gzip/],
    ["compressed text", gzipSync("hello\n"), /its first line is no header/],
    ["zeros without end", gzipSync(Buffer.alloc(1_000)), /line 1: the last line does not end/],
    ["another format", gzipSync('{"kind":"header","createdAt":"","partitions":[]}\n'), /its first line is no header/],
  ])("%s", async (_, bytes, message) => {
    const path = join(scratchFolder(), "log.gz");
    const problem = message.source.includes("does not end") ? "damaged-backup" : "not-a-backup";

    expect(await refusal(path, bytes, problem)).toMatch(message);
  });

  it("a backup of a newer release", async () => {
    const { path, bytes } = await wholeBackup();
    const newer = rewritten(bytes, (lines) =>
      lines.with(0, lines[0]?.replace('"formatVersion":1', '"formatVersion":2') ?? ""),
    );

    expect(await refusal(path, newer, "not-a-backup")).toMatch(/format version 2, expected 1; update foldstream/);
  });
});

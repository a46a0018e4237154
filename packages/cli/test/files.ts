/** SQLite files with a log in them, and what they hold. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteEngine } from "@foldstream/sqlite";
import { digestLog, type LogDigest } from "@foldstream/transfer";
import { onTestFinished } from "vitest";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Filling {
  /** How many streams share the commands. Default: one for each. */
  readonly streams?: number;
  /** Stands in each event and in each receipt. */
  readonly note?: string;
}

/** A log of counters, `commands` of them with one event each and every tenth without. Returns its digest. */
export async function fillFile(
  path: string,
  commands: number,
  { streams = commands, note = "" }: Filling = {},
): Promise<LogDigest> {
  const engine = sqliteEngine({ path, synchronous: "normal" });
  const counts = new Map<string, number>();
  const appends = Array.from({ length: commands }, (_, index) => {
    const stream = `counter-${index % streams}`;
    const expected = counts.get(stream) ?? 0;
    const idle = index % 10 === 9;
    counts.set(stream, idle ? expected : expected + 1);
    const commandId = `command-${index}`;
    const metadata = { commandId, causationId: commandId, correlationId: commandId };
    const event = {
      type: "counter.Incremented",
      schemaVersion: 1,
      data: JSON.stringify({ by: index, note }),
      recordedAt: index,
      metadata,
    };
    const receipts = [{ commandId, fingerprint: `of ${index}${note}`, version: idle ? expected : expected + 1 }];
    return engine.eventStore.append([{ stream, expected, events: idle ? [] : [event], receipts }]);
  });
  await Promise.all(appends);
  const log = await digestLog(engine);
  await engine.close();
  return log;
}

export async function digestOf(path: string): Promise<LogDigest> {
  const engine = sqliteEngine({ path });
  const log = await digestLog(engine);
  await engine.close();
  return log;
}

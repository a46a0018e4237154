import { setTimeout as sleep } from "node:timers/promises";
import type { FedEvent } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { adding, wholeFeed } from "../test/log.ts";
import { seededRandom } from "../test/random.ts";
import { scratchFile } from "../test/scratch.ts";
import { commandsOf, spawnWriter } from "../test/spawn-writer.ts";
import { foldSums, sums } from "../test/sums.ts";
import { type SqliteEngine, sqliteEngine } from "./index.ts";

const rounds = 25;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);

/** Lets a process append and project for a while, then kills it in the middle of whatever it is doing. */
async function killedWriter(path: string, name: string): Promise<readonly string[]> {
  const { child, atWork, ended } = spawnWriter(path, name, Math.floor(random() * 1e9));
  await atWork;
  await sleep(random() * 60);
  child.kill("SIGKILL");
  return (await ended).lines;
}

function expectGapless(log: readonly FedEvent[]): void {
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
  const versions = new Map<string, number>();
  for (const { stream, version } of log) {
    expect(version, stream).toBe((versions.get(stream) ?? 0) + 1);
    versions.set(stream, version);
  }
}

function timesExecuted(log: readonly FedEvent[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { metadata } of log) times.set(metadata.commandId, (times.get(metadata.commandId) ?? 0) + 1);
  return times;
}

async function expectReadModelAtItsCheckpoint({ eventFeed, readModels }: SqliteEngine): Promise<void> {
  await readModels.prepare([sums]);
  const checkpoint = await readModels.checkpoint(sums, "0");
  const expected = foldSums(await wholeFeed(eventFeed, checkpoint));
  const rows = await readModels.reader(sums).find();
  expect(new Map(rows.map(({ id, total, events }) => [id, { total, events }]))).toEqual(expected);
}

/** What a client does that got no answer: the same command once more. */
async function retry({ eventStore }: SqliteEngine, commandId: string, stream: string): Promise<string> {
  const events = await eventStore.read(stream, { after: 0, limit: 1_000_000 });
  const result = await eventStore.append([adding(stream, events.length, commandId)]);
  return result.ok ? "ok" : result.reason;
}

describe("a process killed at any moment", () => {
  it(`has kept all it acknowledged and doubled nothing, ${rounds} times on one file (FOLDSTREAM_SEED=${seed})`, async () => {
    const path = scratchFile();
    const acknowledged = new Set<string>();
    const outcomes: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const lines = await killedWriter(path, `round${round}`);
      const ok = commandsOf(lines, "ok");
      for (const commandId of ok.keys()) acknowledged.add(commandId);
      const engine = sqliteEngine({ path });

      const log = await wholeFeed(engine.eventFeed);
      expectGapless(log);
      const times = timesExecuted(log);
      for (const commandId of acknowledged) expect(times.get(commandId), commandId).toBe(1);
      await expectReadModelAtItsCheckpoint(engine);
      const unanswered = [...commandsOf(lines, "try")].filter(([commandId]) => !ok.has(commandId));
      for (const [commandId, stream] of unanswered) {
        const outcome = await retry(engine, commandId, stream);
        expect(outcome, commandId).toBe(times.has(commandId) ? "duplicate-command" : "ok");
        acknowledged.add(commandId);
        outcomes.push(outcome);
      }
      for (const [commandId, count] of timesExecuted(await wholeFeed(engine.eventFeed)))
        expect(count, commandId).toBe(1);
      await engine.close();
    }

    expect(acknowledged.size).toBeGreaterThan(rounds);
    expect(outcomes).toContain("ok");
  });
});

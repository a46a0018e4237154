/** What must hold on an engine after a process, or its server, was killed in the middle of its work. */
import type { Engine, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { adding, wholeFeed } from "./log.ts";
import { commandsOf } from "./spawn-writer.ts";
import { foldSums, sums } from "./sums.ts";

/** What a client does that got no answer is to send the same command once more; this is what it was told then. */
export type Outcome = "ok" | "duplicate-command" | "version-conflict";

/**
 * Checks log and read model against what the process said before it was killed and what was acknowledged by earlier ones, then retries
 * what got no answer. Adds to `acknowledged`; returns the outcomes of the retries.
 */
export async function expectNothingLost(
  engine: Engine,
  said: readonly string[],
  acknowledged: Set<string>,
): Promise<Outcome[]> {
  const ok = commandsOf(said, "ok");
  for (const commandId of ok.keys()) acknowledged.add(commandId);
  const log = await wholeFeed(engine.eventFeed);
  expectGapless(log);
  const times = timesExecuted(log);
  for (const commandId of acknowledged) expect(times.get(commandId), commandId).toBe(1);
  await expectReadModelAtItsCheckpoint(engine);
  const outcomes: Outcome[] = [];
  for (const [commandId, stream] of commandsOf(said, "try")) {
    if (ok.has(commandId)) continue;
    const outcome = await retry(engine, commandId, stream);
    expect(outcome, commandId).toBe(times.has(commandId) ? "duplicate-command" : "ok");
    acknowledged.add(commandId);
    outcomes.push(outcome);
  }
  for (const [commandId, count] of timesExecuted(await wholeFeed(engine.eventFeed))) expect(count, commandId).toBe(1);
  return outcomes;
}

export function expectGapless(log: readonly FedEvent[]): void {
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

async function expectReadModelAtItsCheckpoint({ eventFeed, readModels }: Engine): Promise<void> {
  await readModels.prepare([sums]);
  const checkpoint = await readModels.checkpoint(sums, "0");
  const expected = foldSums(await wholeFeed(eventFeed, checkpoint));
  const rows = await readModels.reader(sums).find();
  expect(new Map(rows.map(({ id, total, events }) => [id, { total, events }]))).toEqual(expected);
}

async function retry({ eventStore }: Engine, commandId: string, stream: string): Promise<Outcome> {
  const events = await eventStore.read(stream, { after: 0, limit: 1_000_000 });
  const result = await eventStore.append([adding(stream, events.length, commandId)]);
  return result.ok ? "ok" : result.reason;
}

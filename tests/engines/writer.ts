/**
 * What a process does that appends, and folds what it appends, until it is killed or has made `count` appends. It says on stdout what
 * it is about to do (`try <command> <stream>`) and what was acknowledged to it (`ok <command> <stream>`).
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, EventStore } from "foldstream/port";
import { adding } from "./log.ts";
import { seededRandom } from "./random.ts";
import { stepSums, sums } from "./sums.ts";

export interface WriterOptions {
  /** Begins the ids of its commands. */
  readonly name: string;
  readonly seed: number;
  readonly count: number;
}

/** From the arguments `<name> <seed> [count]` of a process. */
export function writerOptions([name = "", seed = "1", count = "1000000000"]: readonly string[]): WriterOptions {
  return { name, seed: Number(seed), count: Number(count) };
}

/** Appends on four lanes, and projects beside them. */
export async function runWriter(engine: Engine, { name, seed, count }: WriterOptions): Promise<void> {
  const random = seededRandom(seed);
  let started = 0;
  let working = true;
  const lane = async () => {
    while (started < count) {
      const commandId = `${name}-${String(started++).padStart(6, "0")}`;
      await appendOne(engine.eventStore, commandId, `sum-${Math.floor(random() * 8)}`, Math.ceil(random() * 9));
    }
  };
  const project = async () => {
    while (working) if (!(await stepSums(engine, 1 + Math.floor(random() * 40)))) await sleep(1);
  };
  await engine.readModels.prepare([sums]);
  const appending = Promise.all([lane(), lane(), lane(), lane()]).finally(() => {
    working = false;
  });
  await Promise.all([appending, project()]);
  await engine.close();
}

async function appendOne(store: EventStore, commandId: string, stream: string, by: number): Promise<void> {
  say(`try ${commandId} ${stream}`);
  let expected = (await store.read(stream, { after: 0, limit: 1_000_000 })).length;
  for (;;) {
    const result = await store.append([adding(stream, expected, commandId, by)]);
    if (result.ok) return say(`ok ${commandId} ${stream}`);
    if (result.reason === "duplicate-command") throw new Error(`${commandId} was executed before.`);
    expected = result.actual;
  }
}

/** Written straight to the pipe: what is said has been said, also when the next instant is the last one. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

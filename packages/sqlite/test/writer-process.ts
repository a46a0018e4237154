/**
 * A process that appends, and folds what it appends, until it is killed or has made `count` appends:
 * `node writer-process.ts <file> <name> <seed> [count]`. It says on stdout what it is about to do (`try <command> <stream>`) and
 * what was acknowledged to it (`ok <command> <stream>`).
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteEngine } from "../src/index.ts";
import { adding } from "./log.ts";
import { seededRandom } from "./random.ts";
import { stepSums, sums } from "./sums.ts";

const [path = "", name = "", seed = "1", count = "1000000000"] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const engine = sqliteEngine({ path });
let started = 0;
let working = true;

/** Written straight to the pipe: what is said has been said, also when the next instant is the last one. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function versionOf(stream: string): Promise<number> {
  const events = await engine.eventStore.read(stream, { after: 0, limit: 1_000_000 });
  return events.length;
}

async function appendOne(): Promise<void> {
  const stream = `sum-${Math.floor(random() * 8)}`;
  const commandId = `${name}-${String(started++).padStart(6, "0")}`;
  say(`try ${commandId} ${stream}`);
  let expected = await versionOf(stream);
  for (;;) {
    const result = await engine.eventStore.append([adding(stream, expected, commandId, Math.ceil(random() * 9))]);
    if (result.ok) return say(`ok ${commandId} ${stream}`);
    if (result.reason === "duplicate-command") throw new Error(`${commandId} was executed before.`);
    expected = result.actual;
  }
}

async function append(): Promise<void> {
  while (started < Number(count)) await appendOne();
}

async function project(): Promise<void> {
  while (working) if (!(await stepSums(engine, 1 + Math.floor(random() * 40)))) await sleep(1);
}

await engine.readModels.prepare([sums]);
const projecting = project();
await Promise.all([append(), append(), append(), append()]);
working = false;
await projecting;
await engine.close();

/**
 * The counter app under load until it is killed, or until it has sent `count` commands: `node busy-process.ts <engine> <folder>
 * <prefix> [count]`. Sixteen clients increment three counters, each command under its own id; `try <id> <counter>` is printed before a
 * command is sent and `ok <id> <counter>` after its answer.
 */
import { writeSync } from "node:fs";
import { type EngineName, openRunning } from "@foldstream/example-engines";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import app, { counter } from "../counter.ts";

const [engineName = "sqlite", data = "", prefix = "", count = "1000000000"] = process.argv.slice(2);
const engine = await openRunning(engineName as EngineName, "counter", data);
/** Many processes may want the same counter: none gives up before it has had its turn. */
const settings = { conflictRetries: 1_000 };
const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), settings });
let sent = 0;

/** Straight to the pipe: what is said has been said, also when the next instant is the last. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function client(): Promise<void> {
  while (sent < Number(count)) {
    const commandId = `${prefix}-${String(sent++).padStart(6, "0")}`;
    const id = String(sent % 3);
    say(`try ${commandId} ${id}`);
    const outcome = await runtime.execute(counter, id, "Increment", { by: 1 }, { commandId });
    if (!outcome.ok) throw new Error(`${commandId} was refused: ${outcome.reason}`);
    say(`ok ${commandId} ${id}`);
  }
}

await runtime.start();
await Promise.all(Array.from({ length: 16 }, client));
await runtime.stop();
await engine.close();

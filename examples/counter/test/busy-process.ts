/**
 * The counter app under load until it is killed: `node busy-process.ts <file> <prefix>`. Sixteen clients increment three counters, each
 * command under its own id; `try <id> <counter>` is printed before a command is sent and `ok <id> <counter>` after its answer.
 */
import { writeSync } from "node:fs";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import app, { counter } from "../counter.ts";

const [path = "", prefix = ""] = process.argv.slice(2);
const runtime = createRuntime(app, { engine: sqliteEngine({ path }), environment: nodeEnvironment() });
let sent = 0;

/** Straight to the pipe: what is said has been said, also when the next instant is the last. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function client(): Promise<never> {
  for (;;) {
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

/**
 * A worker on the counter app's projections that freezes itself, as SIGSTOP does, when it has folded rows and is about to write them:
 * `node pausing-process.ts <engine> <folder> <write>`, the first write being 1. It says when it takes a lease (`took <epoch>`), when it
 * freezes (`freezing`), and how each write ended (`wrote <epoch> <ok or why not>`).
 */
import { writeSync } from "node:fs";
import { type EngineName, openRunning } from "@foldstream/example-engines";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import type { ReadModelStore } from "foldstream/port";
import app from "../counter.ts";

const [engineName = "postgres", data = "", freezeAt = "1"] = process.argv.slice(2);
const engine = await openRunning(engineName as EngineName, app.name, data);

/** Straight to the pipe: what is said has been said, also when the process freezes next. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function pausing(readModels: ReadModelStore): ReadModelStore {
  let writes = 0;
  return {
    ...readModels,
    async write(model, step) {
      if (++writes === Number(freezeAt)) {
        say("freezing");
        process.kill(process.pid, "SIGSTOP");
      }
      const result = await readModels.write(model, step);
      say(`wrote ${step.epoch} ${result.ok ? "ok" : result.reason}`);
      return result;
    },
  };
}

const runtime = createRuntime(app, {
  engine: { ...engine, readModels: pausing(engine.readModels) },
  environment: nodeEnvironment(),
  settings: { leaseMs: 500 },
  observer: { leaseTaken: ({ epoch }) => say(`took ${epoch}`) },
});
await runtime.start();

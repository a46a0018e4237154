/** A worker on the app of `poisoned.config.ts` that freezes itself, as SIGSTOP does, when it is about to write its first step. */
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { app, engine as open } from "./poisoned.config.ts";

const engine = open();
let isFrozen = false;

/** Straight to the pipe: what is said has been said when the process freezes next. */
function freeze(): void {
  isFrozen = true;
  writeSync(1, "freezing\n");
  process.kill(process.pid, "SIGSTOP");
}

const runtime = createRuntime(app, {
  engine: {
    ...engine,
    readModels: {
      ...engine.readModels,
      async write(model, step) {
        if (!isFrozen) freeze();
        await setTimeout(100);
        return engine.readModels.write(model, step);
      },
    },
  },
  environment: nodeEnvironment(),
  settings: { leaseMs: 300 },
});
await runtime.start();

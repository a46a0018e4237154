/** How fast do real departures become events, with their read models kept up meanwhile? */
import { join } from "node:path";
import { app, caughtUp, replay as replayFlights } from "@foldstream/example-flights";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import { BareLog } from "../bare-log.ts";
import type { Question, Subject } from "../question.ts";
import { timedBatches, withPeakMemory } from "../timed.ts";

export const replay: Question = {
  name: "replay",
  about: "real departures as commands on the streams of their airports, read models beside them",
  subjects: ({ scale }) => {
    const count = Math.ceil(200_000 * scale);
    const bare = "bare: 100 inserts a transaction";
    return [
      { name: bare, bare, run: bareDepartures(count) },
      { name: "commands to events", bare, run: replayed(count, "commands") },
      { name: "commands to events, read models caught up", bare, run: replayed(count, "read models") },
    ];
  },
};

const streams = 229;

function bareDepartures(count: number): Subject["run"] {
  return async (folder) => {
    const log = new BareLog(folder);
    const departure = {
      destination: "LAX",
      scheduledAt: "2001-01-01T00:01:00.000Z",
      delayMinutes: 12,
      distanceMiles: 1_745,
    };
    const run = timedBatches(count, 100, (first) =>
      log.transaction(() => {
        for (let index = first; index < Math.min(first + 100, count); index++) {
          log.insert(`airport-${index % streams}`, 1 + Math.floor(index / streams), departure);
        }
      }),
    );
    log.close();
    return run;
  };
}

function replayed(count: number, until: "commands" | "read models"): Subject["run"] {
  return (folder) =>
    withPeakMemory(async () => {
      const engine = sqliteEngine({ path: join(folder, "flights.db") });
      const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
      if (until === "read models") await runtime.start();
      const began = performance.now();
      await replayFlights({ runtime, limit: count });
      if (until === "read models") await caughtUp(runtime, () => undefined);
      const seconds = (performance.now() - began) / 1000;
      await runtime.stop();
      await engine.close();
      return { count, seconds, latencies: [] };
    });
}

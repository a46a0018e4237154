/** The subject: the example as it is, on its engine. */
import { join } from "node:path";
import { app, replay } from "@foldstream/example-flights";
import { caughtUp, type ReplayResult, refusals } from "@foldstream/example-replay";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime } from "foldstream";
import type { Engine } from "foldstream/port";
import type { Run } from "../question.ts";

type Flights = Runtime<typeof app>;

/** With `readModels`, the time ends when all three include every event. */
export async function replayDepartures(departures: number, folder: string, readModels: boolean): Promise<Run> {
  const engine = sqliteEngine({ path: join(folder, "flights.db") });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  if (readModels) await runtime.start();
  const latencies: number[] = [];
  const began = performance.now();
  const result = await replay({ runtime: timed(runtime, latencies), limit: departures });
  if (readModels) await caughtUp(runtime, result.events);
  const seconds = (performance.now() - began) / 1000;
  const count = result.prepared.tally.recorded + result.tally.recorded;
  const exact = isComplete(result) && (await headOf(engine)) === count;
  await runtime.stop();
  await engine.close();
  return { count, seconds, latencies, exact };
}

/** Looks at the clock for some commands only, so that looking does not become part of what is measured. */
function timed(runtime: Flights, latencies: number[]): Pick<Flights, "execute"> {
  let sent = 0;
  const execute: Flights["execute"] = (...command) => {
    const answer = runtime.execute(...command);
    if (sent++ % 16 !== 0) return answer;
    const began = performance.now();
    return answer.finally(() => latencies.push(performance.now() - began));
  };
  return { execute };
}

function isComplete({ complete, total, tally }: ReplayResult): boolean {
  return complete && tally.recorded + refusals(tally) === total;
}

async function headOf({ eventFeed }: Engine): Promise<number> {
  const partitions = await eventFeed.partitions();
  const heads = await Promise.all(partitions.map((partition) => eventFeed.head(partition)));
  return heads.reduce((sum, head) => sum + head, 0);
}

/** One process among others on the same log: clients that increment counters of their own, until the time is over. */
import { nodeEnvironment } from "@foldstream/node";
import { postgresEngine } from "@foldstream/postgres";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import type { Engine } from "foldstream/port";
import type { SharedPlace } from "../engines/bench-engine.ts";
import { answerOrder } from "../own-process.ts";
import { timedClients } from "../timed.ts";
import { counter, counters } from "./counters.ts";

export interface WorkerOrder {
  readonly place: SharedPlace;
  readonly worker: number;
  readonly seconds: number;
}

export interface WorkerReport {
  readonly count: number;
  readonly taken: number;
  readonly exact: boolean;
}

const clients = 64;

answerOrder<WorkerOrder, WorkerReport>(async ({ place, worker, seconds }) => {
  const engine = openShared(place);
  const runtime = createRuntime(counters, { engine, environment: nodeEnvironment() });
  const versions = new Array<number>(clients).fill(0);
  const increment = async (_: number, client: number) => {
    const outcome = await runtime.execute(counter, `${worker}-${client}`, "Increment", { by: 1 });
    if (!outcome.ok) throw new Error(`an increment was refused: ${outcome.reason}`);
    versions[client] = outcome.version;
  };
  await runtime.prepare();
  const run = await timedClients(seconds > 0 ? Number.POSITIVE_INFINITY : 0, clients, increment, seconds);
  const kept = versions.reduce((sum, version) => sum + version, 0);
  await runtime.stop();
  await engine.close();
  return { count: run.count, taken: run.seconds, exact: kept === run.count };
});

function openShared(place: SharedPlace): Engine {
  if (place.engine === "sqlite") return sqliteEngine({ path: place.path });
  const { connectionString, schema } = place;
  return postgresEngine({ connection: { connectionString }, schema });
}

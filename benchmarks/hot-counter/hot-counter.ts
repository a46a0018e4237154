/** How many increments a second does one counter take from 64 clients, and is the total exact? */
import { app, counter, total } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime, type Runtime } from "foldstream";
import { type BenchEngine, placed } from "../engines/bench-engine.ts";
import type { Question, Subject } from "../question.ts";
import { timedBatches, timedClients } from "../timed.ts";

type Counters = Runtime<typeof app>;

const clients = 64;
const largestPage = 1_000;

export const hotCounter: Question = {
  name: "hot-counter",
  about: `${clients} clients increment one counter through command execution, each under its own command id`,
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const bare = "bare: one increment a transaction";
    return [
      { name: bare, bare, run: bareIncrements(engine, Math.ceil(8_000 * scale), 1) },
      {
        name: `bare: ${clients} increments a transaction`,
        bare,
        run: bareIncrements(engine, Math.ceil(100_000 * scale), clients),
      },
      { name: `${clients} clients, runtime.execute`, bare, run: executed(engine, Math.ceil(100_000 * scale), false) },
      {
        name: `${clients} clients, its read model kept up`,
        bare,
        run: executed(engine, Math.ceil(100_000 * scale), true),
      },
    ];
  },
};

/** As one would by hand: the version is read in the transaction that inserts. */
function bareIncrements(engine: BenchEngine, count: number, perTransaction: number): Subject["run"] {
  return placed(engine, async (place) => {
    const log = await place.bareLog();
    const run = await timedBatches(count, perTransaction, (first) =>
      log.increment("counter-1", Math.min(perTransaction, count - first)),
    );
    const exact = (await log.version("counter-1")) === count;
    await log.close();
    return { ...run, exact };
  });
}

/** The total is read back from the log, or with `projected` from the read model that was kept up meanwhile. */
function executed(bench: BenchEngine, count: number, projected: boolean): Subject["run"] {
  return placed(bench, async (place) => {
    const engine = place.engine();
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
    if (projected) await runtime.start();
    /** The newest of each client: together they stand for every increment. */
    const tokens: string[] = [];
    const run = await timedClients(count, clients, async (index, client) => {
      tokens[client] = await increment(runtime, index);
    });
    const found = projected ? await totalInReadModel(runtime, tokens) : await totalInLog(runtime);
    await runtime.stop();
    await engine.close();
    return { ...run, exact: found === count };
  });
}

async function increment(runtime: Counters, index: number): Promise<string> {
  const commandId = `press-${String(index).padStart(8, "0")}`;
  const outcome = await runtime.execute(counter, "1", "Increment", { by: 1 }, { commandId });
  if (!outcome.ok) throw new Error(`an increment was refused: ${outcome.reason}`);
  return outcome.token;
}

async function totalInLog(runtime: Counters): Promise<number> {
  let sum = 0;
  for (let after = 0, more = true; more; after += largestPage) {
    const page = await runtime.readStream("counter", "1", { after, limit: largestPage });
    for (const { data } of page.events) sum += (data as { by: number }).by;
    more = page.more;
  }
  return sum;
}

async function totalInReadModel(runtime: Counters, after: readonly string[]): Promise<number> {
  const outcome = await runtime.query(total, { id: "1" }, { after: after.filter(Boolean), waitMs: 30_000 });
  if (!outcome.ok) throw new Error(`the total was not to be had: ${outcome.reason}`);
  return outcome.value;
}

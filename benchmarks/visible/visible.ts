/** How long does it take from sending a command until a query sees it in a read model, beside doing both by hand? */
import { app, counter, total } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { type BenchEngine, eventType, placed } from "../engines/bench-engine.ts";
import type { Question, Run, Subject } from "../question.ts";
import { timedAtRate, timedClients } from "../timed.ts";

const counters = 1_000;
const clients = 64;

/** Ends a run that has gone wrong. */
const patienceMs = 60_000;

export const visible: Question = {
  name: "visible",
  about: "from sending a command until a query sees it: alone, with 64 clients, and at half of what those reach",
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const [few, many] = [Math.ceil(2_000 * scale), Math.ceil(20_000 * scale)];
    const bare = "bare: append, then project by hand";
    return [
      { name: bare, bare, run: byHand(engine, few) },
      { name: "one client", bare, run: asked(engine, (ask) => timedClients(few, 1, ask)) },
      { name: `${clients} clients`, bare, run: asked(engine, (ask) => timedClients(many, clients, ask)) },
      { name: "half load", bare, run: asked(engine, (ask) => atHalfLoad(many, ask)) },
    ];
  },
};

/** What nothing could be quicker than: the engine's own append, and then a hand-written step over the log. */
function byHand(engine: BenchEngine, count: number): Subject["run"] {
  return placed(engine, async (place) => {
    const { eventStore, close } = place.engine();
    const append = async (index: number) => {
      const [stream, expected] = [`counter-${index % counters}`, Math.floor(index / counters)];
      const commandId = String(index);
      const metadata = { commandId, causationId: commandId, correlationId: commandId };
      const event = { type: eventType, schemaVersion: 1, data: '{"by":1}', recordedAt: index, metadata };
      const receipts = [{ commandId, fingerprint: "", version: expected + 1 }];
      await eventStore.append([{ stream, expected, events: [event], receipts }]);
    };
    await append(0);
    const projection = await place.bareProjection(counters);
    const run = await timedClients(count, 1, async (index) => {
      await append(index + 1);
      await projection.step();
    });
    const exact = (await projection.total()) === count + 1;
    await projection.close();
    await close();
    return { ...run, exact };
  });
}

type Ask = (index: number) => Promise<void>;

/** The command, and a query that waits for its token: all of it is what the client waits. */
function asked(engine: BenchEngine, work: (ask: Ask) => Promise<Run>): Subject["run"] {
  return placed(engine, async (place) => {
    const opened = place.engine();
    const runtime = createRuntime(app, { engine: opened, environment: nodeEnvironment() });
    await runtime.start();
    let missed = 0;
    const run = await work(async (index) => {
      const id = String(index % counters);
      const done = await runtime.execute(counter, id, "Increment", { by: 1 });
      const after = done.ok ? done.token : "";
      const seen = await runtime.query(total, { id }, { after, waitMs: patienceMs });
      if (!seen.ok || seen.value < 1) missed++;
    });
    await runtime.stop();
    await opened.close();
    return { ...run, exact: missed === 0 };
  });
}

/** Commands arrive at their times, whether those before them are answered or not: so nobody's wait is left out. */
async function atHalfLoad(count: number, ask: Ask): Promise<Run> {
  const reached = await timedClients(count, clients, ask);
  return timedAtRate(count, reached.count / reached.seconds / 2, ask);
}

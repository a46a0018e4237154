/** Foldstream, on each engine, as its own documents advise: schemas checked, receipts kept, everything at its defaults. */
import { join } from "node:path";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { type HostedRuntime, httpHandler } from "@foldstream/http";
import { nodeEnvironment } from "@foldstream/node";
import { postgresEngine } from "@foldstream/postgres";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime, type Runtime } from "foldstream";
import type { Engine, StreamWrite } from "foldstream/port";
import type { OpenLibrary, OpenProjection, Payload } from "../library.ts";
import { payload } from "../library.ts";
import type { Place } from "../places/place.ts";
import { counter, counters, total } from "./domain.ts";

type Counters = Runtime<typeof counters>;

const environment = nodeEnvironment();

/** Of a stream, as the runtime reads it for a command. */
const pageSize = 1_000;

/** Ends a wait that has gone wrong. */
const patienceMs = 60_000;

export async function open(place: Place): Promise<OpenLibrary> {
  const engine = await engineOn(place);
  const runtime = createRuntime(counters, { engine, environment });
  // Connects and makes the tables, which the other libraries do when they are opened.
  await engine.eventStore.read("counter-none", { after: 0, limit: 1 });
  return {
    append: async (id, expected, payloads) => {
      const result = await engine.eventStore.append([writeOf(`counter-${id}`, expected, payloads)]);
      if (!result.ok) throw new Error(`an append was lost: ${result.reason}`);
    },
    async sum(id) {
      let sum = 0;
      for (let after = 0; ; after += pageSize) {
        const page = await engine.eventStore.read(`counter-${id}`, { after, limit: pageSize });
        for (const { data } of page) sum += JSON.parse(data).by;
        if (page.length < pageSize) return sum;
      }
    },
    async increment(id) {
      await incremented(runtime, id);
      return 0;
    },
    projection: projectionOf(runtime, engine),
    fetch: httpHandler(runtime as unknown as HostedRuntime),
    async close() {
      await runtime.stop();
      await engine.close();
    },
  };
}

async function engineOn(place: Place): Promise<Engine> {
  if (place.engine === "sqlite") return sqliteEngine({ path: join(place.folder, "log.db") });
  if (place.engine === "postgres") return postgresEngine({ connection: { connectionString: place.connectionString } });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return dynamoDbEngine({
    client: { endpoint: place.endpoint, region: "eu-central-1", credentials },
    tablePrefix: place.prefix,
    createTables: true,
    recorder: "elsewhere",
  });
}

function writeOf(stream: string, expected: number, payloads: readonly Payload[]): StreamWrite {
  const commandId = environment.ids.next();
  const metadata = { commandId, causationId: commandId, correlationId: commandId };
  const recordedAt = Date.now();
  const events = payloads.map((data) => {
    return { type: "counter.Incremented", schemaVersion: 1, data: JSON.stringify(data), recordedAt, metadata };
  });
  const receipt = { commandId, fingerprint: "0123456789abcdef", version: expected + events.length };
  return { stream, expected, events, receipts: [receipt] };
}

/** Conflicts with other processes are retried by the runtime; commands of this one share turns. */
async function incremented(runtime: Counters, id: string): Promise<string> {
  const outcome = await runtime.execute(counter, id, "Increment", payload);
  if (!outcome.ok) throw new Error(`an increment was refused: ${outcome.reason}`);
  return outcome.token;
}

function projectionOf(runtime: Counters, engine: Engine): OpenProjection {
  return {
    start: () => runtime.start(),
    async total() {
      const rows = await engine.readModels.sql?.select({
        sql: "SELECT sum(value) AS total FROM totals",
        parameters: [],
      });
      return Number(rows?.[0]?.total ?? 0);
    },
    async incrementAndSee(id) {
      const after = await incremented(runtime, id);
      const seen = await runtime.query(total, { id }, { after, waitMs: patienceMs });
      if (!seen.ok || seen.value < 1) throw new Error("a query did not see its command");
    },
  };
}

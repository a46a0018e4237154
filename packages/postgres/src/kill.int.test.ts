import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectNothingLost, type Outcome } from "../../../tests/engines/after-a-kill.ts";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter, type Writer } from "../../../tests/engines/spawn-writer.ts";
import {
  connectAside,
  connectionString,
  freshSchema,
  openEngine,
  ownServer,
  writerProcess,
} from "../test/postgres-server.ts";

const rounds = 12;
const serverRounds = 5;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);

function startWriter(url: string, schema: string, name: string): Writer {
  return spawnWriter(writerProcess, [url, schema, name, Math.floor(random() * 1e9)]);
}

/** The server finishes what it has begun for a process that is gone. */
async function sessionsEnded(application: string): Promise<void> {
  const beside = await connectAside();
  const find = () => beside.query("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [application]);
  while ((await find()).rows.length > 0) await sleep(5);
  await beside.end();
}

describe("G10 a process killed at any moment", () => {
  it(`has kept all it acknowledged and doubled nothing, ${rounds} times on one schema (FOLDSTREAM_SEED=${seed})`, async () => {
    const schema = freshSchema();
    const url = new URL(await connectionString());
    url.searchParams.set("application_name", schema);
    const engine = await openEngine({ schema });
    const acknowledged = new Set<string>();
    const outcomes: Outcome[] = [];

    for (let round = 0; round < rounds; round++) {
      const writer = startWriter(url.href, schema, `round${round}`);
      await writer.atWork;
      await sleep(random() * 60);
      writer.child.kill("SIGKILL");
      const { lines } = await writer.ended;
      await sessionsEnded(schema);
      outcomes.push(...(await expectNothingLost(engine, lines, acknowledged)));
    }

    expect(acknowledged.size).toBeGreaterThan(rounds);
    expect(outcomes.length).toBeGreaterThan(0);
  });
});

describe("G10 a server killed at any moment", () => {
  it(`has kept all that two processes were acknowledged, ${serverRounds} times (FOLDSTREAM_SEED=${seed})`, async () => {
    const server = await ownServer({ durable: true });
    const connection = { connectionString: server.connectionString };
    const engine = await openEngine({ connection, schema: "killed" });
    await engine.eventFeed.head("0");
    const acknowledged = new Set<string>();

    for (let round = 0; round < serverRounds; round++) {
      const writers = ["a", "b"].map((name) => startWriter(server.connectionString, "killed", `${name}${round}`));
      await Promise.all(writers.map(({ atWork }) => atWork));
      await sleep(random() * 200);
      await server.kill();
      const ends = await Promise.all(writers.map(({ ended }) => ended));
      await server.start();

      expect(ends.map(({ code }) => code)).toEqual([2, 2]);
      await expectNothingLost(
        engine,
        ends.flatMap(({ lines }) => lines),
        acknowledged,
      );
    }

    expect(acknowledged.size).toBeGreaterThan(2 * serverRounds);
  });
});

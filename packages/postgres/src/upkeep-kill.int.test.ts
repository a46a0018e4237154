import { describe, it } from "vitest";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { expectKept, milestones } from "../../../tests/engines/upkeep.ts";
import { upset } from "../../../tests/engines/upset-workers.ts";
import { connectionString, freshSchema, openEngine } from "../test/postgres-server.ts";

const rounds = 3;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);
const upkeepProcess = new URL("../test/upkeep-process.ts", import.meta.url);

describe("G5 G7 G10 processes that rebuild, redrive and deliver timers, frozen and killed", () => {
  it(`leave read models that are exact, ${rounds} times on one schema (FOLDSTREAM_SEED=${seed})`, async () => {
    const [url, schema] = [await connectionString(), freshSchema()];
    const engine = await openEngine({ schema });
    const said: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const begins = milestones[round % milestones.length];
      const workers = ["a", "b"].map((name) =>
        spawnWriter(upkeepProcess, [url, schema, `${name}${round}`, Math.floor(random() * 1e9)], begins),
      );
      said.push(...(await upset(workers, { random, workMs: 700, frozenMs: 900 })));
      await expectKept(engine, said);
    }
  }, 300_000);
});

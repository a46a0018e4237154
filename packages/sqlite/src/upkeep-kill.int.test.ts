import { describe, it } from "vitest";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { expectKept, milestones } from "../../../tests/engines/upkeep.ts";
import { upset } from "../../../tests/engines/upset-workers.ts";
import { scratchFile } from "../test/scratch.ts";
import { sqliteEngine } from "./index.ts";

const rounds = 4;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);
const upkeepProcess = new URL("../test/upkeep-process.ts", import.meta.url);

describe("G5 G7 G10 processes that rebuild, redrive and deliver timers, frozen and killed", () => {
  it(`leave read models that are exact, ${rounds} times on one file (FOLDSTREAM_SEED=${seed})`, async () => {
    const path = scratchFile();
    const said: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const begins = milestones[round % milestones.length];
      const workers = ["a", "b"].map((name) =>
        spawnWriter(upkeepProcess, [path, `${name}${round}`, Math.floor(random() * 1e9)], begins),
      );
      said.push(...(await upset(workers, { random, workMs: 700, frozenMs: 900 })));
      const engine = sqliteEngine({ path });
      await expectKept(engine, said);
      await engine.close();
    }
  }, 300_000);
});

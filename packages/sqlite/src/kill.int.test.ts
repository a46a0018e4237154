import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectNothingLost, type Outcome } from "../../../tests/engines/after-a-kill.ts";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { scratchFile, writerProcess } from "../test/scratch.ts";
import { sqliteEngine } from "./index.ts";

const rounds = 25;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);

/** Lets a process append and project for a while, then kills it in the middle of whatever it is doing. */
async function killedWriter(path: string, name: string): Promise<readonly string[]> {
  const { child, atWork, ended } = spawnWriter(writerProcess, [path, name, Math.floor(random() * 1e9)]);
  await atWork;
  await sleep(random() * 60);
  child.kill("SIGKILL");
  return (await ended).lines;
}

describe("a process killed at any moment", () => {
  it(`has kept all it acknowledged and doubled nothing, ${rounds} times on one file (FOLDSTREAM_SEED=${seed})`, async () => {
    const path = scratchFile();
    const acknowledged = new Set<string>();
    const outcomes: Outcome[] = [];

    for (let round = 0; round < rounds; round++) {
      const said = await killedWriter(path, `round${round}`);
      const engine = sqliteEngine({ path });
      outcomes.push(...(await expectNothingLost(engine, said, acknowledged)));
      await engine.close();
    }

    expect(acknowledged.size).toBeGreaterThan(rounds);
    expect(outcomes).toContain("ok");
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectNothingLost } from "../../../tests/engines/after-a-kill.ts";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { stepSums, sums } from "../../../tests/engines/sums.ts";
import { engineIn } from "../test/engine.ts";
import { scratchFolder, writerProcess } from "../test/scratch.ts";

const rounds = 6;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);

/** Lets a process append and project for a while, then kills it in the middle of whatever it is doing. */
async function killedWriter(folder: string, name: string): Promise<readonly string[]> {
  const { child, atWork, ended } = spawnWriter(writerProcess, [folder, name, Math.floor(random() * 1e9)]);
  await atWork;
  await sleep(random() * 200);
  child.kill("SIGKILL");
  return (await ended).lines;
}

describe("a process killed at any moment", () => {
  it(`G4 G10 leaves rows that are exactly those of their checkpoint, ${rounds} times on one file (FOLDSTREAM_SEED=${seed})`, async () => {
    const folder = scratchFolder();
    const acknowledged = new Set<string>();

    for (let round = 0; round < rounds; round++) {
      const said = await killedWriter(folder, `round${round}`);
      const engine = await engineIn(folder);
      await expectNothingLost(engine, said, acknowledged);
      await engine.close();
    }

    const engine = await engineIn(folder);
    await engine.readModels.prepare([sums]);
    while (await stepSums(engine, 500));
    const rows = await engine.readModels.reader(sums).find();
    expect(acknowledged.size).toBeGreaterThan(rounds);
    expect(rows.reduce((total, { events }) => total + Number(events), 0)).toBeGreaterThanOrEqual(acknowledged.size);
    await engine.close();
  });
});

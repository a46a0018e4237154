import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { expectCheckedOut } from "../../../tests/engines/checkout.ts";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { scratchFile } from "../test/scratch.ts";
import { sqliteEngine } from "./index.ts";

const rounds = 6;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);
const checkoutProcess = new URL("../test/checkout-process.ts", import.meta.url);

describe("G10 a process killed while its policy works", () => {
  it(`has paid every order once and charged every cent once, ${rounds} times on one file (FOLDSTREAM_SEED=${seed})`, async () => {
    const path = scratchFile();
    const said: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const { child, atWork, ended } = spawnWriter(checkoutProcess, [path, `r${round}`]);
      await atWork;
      await sleep(random() * 150);
      child.kill("SIGKILL");
      said.push(...(await ended).lines);
      if (round % 2 === 0) continue;
      const engine = sqliteEngine({ path });
      await expectCheckedOut(engine, said);
      await engine.close();
    }
  }, 240_000);
});

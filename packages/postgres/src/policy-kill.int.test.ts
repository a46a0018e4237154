import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { expectCheckedOut } from "../../../tests/engines/checkout.ts";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { connectionString, freshSchema, openEngine } from "../test/postgres-server.ts";

const rounds = 3;
const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);
const checkoutProcess = new URL("../test/checkout-process.ts", import.meta.url);

describe("G10 two processes that share a policy, killed one after the other", () => {
  it(`have paid every order once and charged every cent once, ${rounds} times on one schema (FOLDSTREAM_SEED=${seed})`, async () => {
    const schema = freshSchema();
    const engine = await openEngine({ schema });
    const said: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const url = await connectionString();
      const workers = ["a", "b"].map((name) => spawnWriter(checkoutProcess, [url, schema, `${name}${round}`]));
      await Promise.all(workers.map(({ atWork }) => atWork));
      for (const { child } of workers) {
        await sleep(random() * 150);
        child.kill("SIGKILL");
      }
      for (const { ended } of workers) said.push(...(await ended).lines);
      await expectCheckedOut(engine, said);
    }
  }, 240_000);
});

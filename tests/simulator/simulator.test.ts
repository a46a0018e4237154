import { simulate } from "foldstream/testing";
import { expect, it } from "vitest";
import { runProgram } from "../child-program.ts";
import { bank, bankCommands } from "./bank.ts";
import { plantedBugs } from "./planted-bugs.ts";

/** Far more than it takes: other work may share the machine. */
const patienceMs = 600_000;

it(
  "keeps every guarantee under the faults of a fixed set of seeds",
  async () => {
    expect(await simulate(bank, { seed: 1, runs: 200, commands: bankCommands })).toMatchObject({ runs: 200 });
  },
  patienceMs,
);

it(
  "keeps every guarantee under the faults of seeds that nobody chose",
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000_000);
    console.log(`Simulating 200 schedules: npm run simulate -- --seed ${seed} --seeds 200`);

    expect(await simulate(bank, { seed, runs: 200, commands: bankCommands })).toMatchObject({ runs: 200 });
  },
  patienceMs,
);

it(
  "finds each bug planted in the runtime, one at a time",
  async () => {
    const program = runProgram("scripts/simulate.ts", ["--planted"]);

    expect([await program.ended, program.output()]).toEqual([0, expect.not.stringContaining("not found")]);
    expect(program.output().match(/^seed \d+ /gm)).toHaveLength(plantedBugs.length);
  },
  patienceMs,
);

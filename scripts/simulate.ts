/**
 * `npm run simulate`: runs the bank of tests/simulator under many seeds, all faults on.
 * `--seeds 2000` how many, `--seed 7` from which one (default: any), `--steps 40` how much happens in each. `--planted` shows instead that
 * bugs planted in the runtime, one at a time, are found; with `--rare` those that take hundreds of seeds.
 */
import { parseArgs, styleText } from "node:util";
import { type SimulationReport, simulate } from "foldstream/testing";
import { bank, bankCommands } from "../tests/simulator/bank.ts";
import { findPlanted } from "../tests/simulator/find-planted.ts";
import { plantedBugs, rareBugs } from "../tests/simulator/planted-bugs.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    steps: { type: "string", default: "40" },
    planted: { type: "boolean", default: false },
    rare: { type: "boolean", default: false },
  },
});

/** Seeds between two lines of progress. */
const seedsALine = 250;

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name}: expected a whole number from 0, found "${text}".`);
  process.exit(2);
}

async function simulateSeeds(): Promise<void> {
  const seed = wholeNumber("seed", values.seed, Math.floor(Math.random() * 1_000_000_000));
  const seeds = wholeNumber("seeds", values.seeds, values.seed === undefined ? 2_000 : 1);
  const steps = wholeNumber("steps", values.steps, 40);
  const faults: Record<string, number> = {};
  const began = Date.now();
  console.log(`Seeds ${seed} to ${seed + seeds - 1}, ${steps} steps each.`);
  for (let done = 0; done < seeds; ) {
    const runs = Math.min(seedsALine, seeds - done);
    count(faults, await simulate(bank, { seed: seed + done, runs, steps, commands: bankCommands }));
    done += runs;
    const perMinute = Math.round((done / (Date.now() - began)) * 60_000);
    console.log(
      `${done.toLocaleString("en")} schedules kept every guarantee, ${perMinute.toLocaleString("en")} a minute`,
    );
  }
  const struck = Object.entries(faults).map(([fault, times]) => `${fault} ${times.toLocaleString("en")}`);
  console.log(`Faults that struck: ${struck.join(", ")}.`);
}

function count(sums: Record<string, number>, { faults }: SimulationReport): void {
  for (const [fault, times] of Object.entries(faults)) sums[fault] = (sums[fault] ?? 0) + times;
}

async function showPlanted(): Promise<void> {
  const seeds = wholeNumber("seeds", values.seeds, values.rare ? 10_000 : 2_000);
  for (const bug of values.rare ? rareBugs : plantedBugs) {
    const found = await findPlanted(bug, seeds);
    const where = found ? styleText("green", `seed ${found.seed}`) : styleText("red", `not found in ${seeds} seeds`);
    console.log(`${where}  ${bug.name}  ${found?.violations[0]?.guarantee ?? ""}`);
    if (!found) process.exitCode = 1;
  }
}

try {
  await (values.planted ? showPlanted() : simulateSeeds());
} catch (error) {
  if (!(error instanceof Error) || !("seed" in error)) throw error;
  console.error(`${error.message}\n\nAgain: npm run simulate -- --seed ${error.seed} --steps ${values.steps}`);
  process.exitCode = 1;
}

/**
 * `npm run simulate`: runs the bank of tests/simulator under many seeds, all faults on.
 * `--seeds 2000` how many, `--seed 7` from which one (default: any), `--steps 40` how much happens in each. `--planted` shows instead that
 * bugs planted in the runtime, one at a time, are found; with `--rare` those that take hundreds of seeds.
 */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { parseArgs, styleText } from "node:util";
import { Worker } from "node:worker_threads";
import type { SimulationReport } from "foldstream/testing";
import { findPlanted } from "../tests/simulator/find-planted.ts";
import { plantedBugs, rareBugs } from "../tests/simulator/planted-bugs.ts";
import type { SeedRange, SeedsDone } from "./simulate-seeds.ts";

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
const seedsALine = 100;

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name}: expected a whole number from 0, found "${text}".`);
  process.exit(2);
}

/** On every core, until one finds a seed that breaks a guarantee. */
async function simulateSeeds(): Promise<void> {
  const seed = wholeNumber("seed", values.seed, Math.floor(Math.random() * 1_000_000_000));
  const seeds = wholeNumber("seeds", values.seeds, values.seed === undefined ? 2_000 : 1);
  const steps = wholeNumber("steps", values.steps, 40);
  const faults: Record<string, number> = {};
  const began = Date.now();
  let begun = 0;
  let done = 0;
  console.log(`Seeds ${seed} to ${seed + seeds - 1}, ${steps} steps each.`);
  const lane = async () => {
    const thread = new Worker(new URL("./simulate-seeds.ts", import.meta.url));
    while (begun < seeds && process.exitCode === undefined) {
      const runs = Math.min(seedsALine, seeds - begun);
      thread.postMessage({ seed: seed + begun, runs, steps } satisfies SeedRange);
      begun += runs;
      const [answer] = (await once(thread, "message")) as [SeedsDone];
      if ("broken" in answer) tellBroken(answer.broken, steps);
      else {
        count(faults, answer.report);
        done += runs;
        tellProgress(done, (done / (Date.now() - began)) * 60_000);
      }
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(seeds / seedsALine)) }, lane));
  const struck = Object.entries(faults).map(([fault, times]) => `${fault} ${times.toLocaleString("en")}`);
  console.log(`Faults that struck: ${struck.join(", ")}.`);
}

function tellProgress(done: number, perMinute: number): void {
  const [runs, rate] = [done, Math.round(perMinute)].map((number) => number.toLocaleString("en"));
  console.log(`${runs} schedules kept every guarantee, ${rate} a minute`);
}

function tellBroken({ seed, message }: { readonly seed: number; readonly message: string }, steps: number): void {
  console.error(`${message}\n\nAgain: npm run simulate -- --seed ${seed} --steps ${steps}`);
  process.exitCode = 1;
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

await (values.planted ? showPlanted() : simulateSeeds());

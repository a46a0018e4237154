/** A thread of `npm run simulate`: runs the ranges of seeds that it is handed, and tells what came of each. */
import { parentPort } from "node:worker_threads";
import { SimulationError, type SimulationReport, simulate } from "foldstream/testing";
import { bank, bankCommands } from "../tests/simulator/bank.ts";

export interface SeedRange {
  readonly seed: number;
  readonly runs: number;
  readonly steps: number;
}

export type SeedsDone =
  | { readonly report: SimulationReport }
  | { readonly broken: { readonly seed: number; readonly message: string } };

async function run(range: SeedRange): Promise<SeedsDone> {
  try {
    return { report: await simulate(bank, { ...range, commands: bankCommands }) };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return { broken: { seed: error.seed, message: error.message } };
  }
}

parentPort?.on("message", async (range: SeedRange) => parentPort?.postMessage(await run(range)));

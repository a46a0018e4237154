/** Looks for the first seed that shows a planted bug. */
import type { SimulationError } from "foldstream/testing";
import { bank, bankCommands } from "./bank.ts";
import { simulatorWith } from "./plant.ts";
import type { PlantedBug } from "./planted-bugs.ts";

/** Nothing when none of the first `seeds` does. */
export async function findPlanted(bug: PlantedBug, seeds: number): Promise<SimulationError | undefined> {
  const { simulate, SimulationError } = await simulatorWith(bug);
  try {
    await simulate(bank, { runs: seeds, commands: bankCommands, shorten: false });
    return undefined;
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
}

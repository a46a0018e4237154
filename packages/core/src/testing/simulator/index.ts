/** The simulator. */
export type { SimulatedRandom } from "./chance.ts";
export type { FaultRates } from "./faults.ts";
export type { CommandGenerator, SimulatedCommand } from "./schedule.ts";
export { type SimulateOptions, SimulationError, type SimulationReport, simulate } from "./simulate.ts";
export type { Violation } from "./violation.ts";

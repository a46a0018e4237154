/** For users' tests. */
export { ExpectationError, type Given, given, type Outcome, type When } from "./given.ts";
export { type EventPlace, type GivenPolicy, givenPolicy, type WhenPolicy } from "./given-policy.ts";
export {
  type CommandGenerator,
  type FaultRates,
  type SimulatedCommand,
  type SimulatedRandom,
  type SimulateOptions,
  SimulationError,
  type SimulationReport,
  simulate,
  type Violation,
} from "./simulator/index.ts";

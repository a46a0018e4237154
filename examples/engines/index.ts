/** What the examples run on. */
export {
  defaultEngine,
  type EngineName,
  engineNames,
  openRunning,
  type RunningEngines,
  startEngines,
  whyNotHere,
} from "./start-engines.ts";

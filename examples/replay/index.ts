/** What replays of real data share: commands in flight, progress, and the comparison with DuckDB. */
export { caughtUp, lagOf } from "./caught-up.ts";
export { type Comparison, compare, type Difference, isEqual, type Row } from "./check/compare.ts";
export { everyPage } from "./check/every-page.ts";
export { report } from "./check/report.ts";
export type { CommandLine } from "./command-line.ts";
export { withDuckDb } from "./duckdb.ts";
export { InFlight } from "./in-flight.ts";
export {
  type Replay,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayResult,
  replayCommand,
} from "./replay-command.ts";
export { Counter, refusals, type Tally } from "./tally.ts";

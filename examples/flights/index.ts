/** What a host needs to run this example beside others. */
export { app } from "./app.ts";
export { check, isEqual } from "./check/check.ts";
export type { Comparison, Difference } from "./check/compare.ts";
export { report } from "./check/report.ts";
export { caughtUp, eventsOf, lagOf } from "./replay/caught-up.ts";
export { type ReplayOptions, type ReplayProgress, type ReplayResult, replay } from "./replay/replay-departures.ts";
export { refusals, type Tally } from "./replay/tally.ts";
export { flightsPages, flightsSite, type SiteOptions } from "./site.ts";

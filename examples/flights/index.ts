/** What a host needs to run this example beside others. */
export { app } from "./app.ts";
export { check } from "./check/check.ts";
export { replay } from "./replay/replay-departures.ts";
export { flightsSite } from "./site.ts";

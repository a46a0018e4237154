/** For users' tests. */
export { ExpectationError, type Given, given, type Outcome, type When } from "./given.ts";

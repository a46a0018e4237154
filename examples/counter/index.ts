/** What a host needs to run this example beside others. */
export { counter, default as app, total, totals } from "./counter.ts";
export { counterSite } from "./site.ts";

/** What a host needs to run this example beside others. */
export { app } from "./app.ts";
export { replay } from "./replay/replay-invoices.ts";
export { shopSite } from "./site.ts";

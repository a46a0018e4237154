/** What a host needs to run this example beside others. */
export { app } from "./app.ts";
export { shopSite } from "./site.ts";

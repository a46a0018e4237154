/** What the sites of the examples share. */
export { clientFiles } from "./client-files.ts";
export type { PageFiles } from "./pages.ts";
export { type SiteOptions, type SiteRuntime, site } from "./site.ts";

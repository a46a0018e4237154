/** The page and the API behind it. */
import { type PageFiles, type SiteOptions, site } from "@foldstream/example-pages";
import type { HostedRuntime } from "@foldstream/http";

const page = (name: string) => new URL(`page/${name}`, import.meta.url);
/** uPlot exports its code only, so its other files are found from there. */
const uplot = (name: string) => new URL(name, import.meta.resolve("uplot"));

const files: PageFiles = {
  "": page("index.html"),
  "page.css": page("page.css"),
  "page.js": page("page.js"),
  "api.js": page("api.js"),
  "chart.js": page("chart.js"),
  "format.js": page("format.js"),
  "tables.js": page("tables.js"),
  "uplot/uPlot.esm.js": uplot("uPlot.esm.js"),
  "uplot/uPlot.min.css": uplot("uPlot.min.css"),
};

export function flightsSite(runtime: HostedRuntime, options?: SiteOptions): (request: Request) => Promise<Response> {
  return site(runtime, files, { ...options, live: { pauseMs: 250 } });
}

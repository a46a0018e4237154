/** The page and the API behind it, as one Fetch handler under any folder. */
import { readFile } from "node:fs/promises";
import { type HostedRuntime, type HttpOptions, httpHandler } from "@foldstream/http";

type Handler = (request: Request) => Promise<Response>;

const page = (name: string) => new URL(`page/${name}`, import.meta.url);
/** uPlot exports its code only, so its other files are found from there. */
const uplot = (name: string) => new URL(name, import.meta.resolve("uplot"));

/** Exactly these files are served, so no path from outside ever becomes a path on disk. */
const files: Readonly<Record<string, URL>> = {
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

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

const headers = {
  "cache-control": "no-cache",
  "content-security-policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
  "x-content-type-options": "nosniff",
};

export interface SiteOptions extends Pick<HttpOptions, "onError" | "metrics"> {
  /** Folder of the site, such as `/flights`. Default: the root. */
  readonly basePath?: string;
}

/** Serves the page at `<basePath>/` and the app's routes under `<basePath>/api`. */
export function flightsSite(runtime: HostedRuntime, { basePath = "", ...options }: SiteOptions = {}): Handler {
  const api = httpHandler(runtime, { ...options, basePath: `${basePath}/api`, live: { pauseMs: 250 } });
  const pages = flightsPages(basePath);
  return async (request) => (await pages(request)) ?? api(request);
}

/** Only the page: nothing for a path that is none of its files. */
export function flightsPages(basePath = ""): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === basePath && basePath !== "") return Response.redirect(new URL(`${basePath}/`, request.url), 308);
    const file = pathname.startsWith(`${basePath}/`) ? fileOf(pathname.slice(basePath.length + 1)) : undefined;
    if (!file || (request.method !== "GET" && request.method !== "HEAD")) return undefined;
    const type = types[file.pathname.split(".").at(-1) ?? ""] ?? "application/octet-stream";
    return new Response(await readFile(file), { headers: { ...headers, "content-type": type } });
  };
}

function fileOf(path: string): URL | undefined {
  return Object.hasOwn(files, path) ? files[path] : undefined;
}

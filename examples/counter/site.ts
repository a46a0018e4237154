/** The page and the API behind it, as one Fetch handler under any folder. */
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { type HostedRuntime, type HttpOptions, httpHandler } from "@foldstream/http";

type Handler = (request: Request) => Promise<Response>;

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  ts: "text/javascript",
};

export interface SiteOptions extends Pick<HttpOptions, "onError" | "metrics"> {
  /** Folder of the site, such as `/counter`. Default: the root. */
  readonly basePath?: string;
}

/** Serves the page at `<basePath>/` and the app's routes under `<basePath>/api`. */
export function counterSite(runtime: HostedRuntime, { basePath = "", ...options }: SiteOptions = {}): Handler {
  const api = httpHandler(runtime, { ...options, basePath: `${basePath}/api` });
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === basePath && basePath !== "") return Response.redirect(new URL(`${basePath}/`, request.url), 308);
    const file = request.method === "GET" ? fileOf(pathname.slice(basePath.length)) : undefined;
    return file ? serveFile(file) : api(request);
  };
}

/** Plain names only, so that no path from outside leads out of a folder. */
function fileOf(path: string): URL | undefined {
  const [, folder, name] = /^\/(client\/)?([a-z-]+\.(?:js|ts|css))$/.exec(path) ?? [];
  if (path === "/") return new URL("page/index.html", import.meta.url);
  if (name === undefined) return undefined;
  return folder ? new URL(name, import.meta.resolve("@foldstream/client")) : new URL(`page/${name}`, import.meta.url);
}

async function serveFile(file: URL): Promise<Response> {
  const extension = file.pathname.split(".").at(-1) ?? "";
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return new Response("There is no such file.", { status: 404 });
  // The client is served from its sources: nothing is built before the first start.
  const body = extension === "ts" ? stripTypeScriptTypes(text) : text;
  return new Response(body, {
    headers: {
      "content-type": `${types[extension]}; charset=utf-8`,
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'self'; img-src data:",
      "x-content-type-options": "nosniff",
    },
  });
}

/** The files of a page, as they lie on disk. */
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";

/** Where each file lies, by its path in the page's folder; "" is the page. */
export type PageFiles = Readonly<Record<string, URL>>;

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
};

const headers = {
  "cache-control": "no-cache",
  "content-security-policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
  "x-content-type-options": "nosniff",
};

/**
 * Serves exactly these files under `basePath`, so no path from outside ever becomes a path on disk; nothing for any other path.
 * TypeScript is served without its types: nothing is built before the first start.
 */
export function pages(files: PageFiles, basePath: string): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === basePath && basePath !== "") return Response.redirect(new URL(`${basePath}/`, request.url), 308);
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const path = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length + 1) : undefined;
    return path !== undefined && Object.hasOwn(files, path) ? serve(files[path] as URL) : undefined;
  };
}

async function serve(file: URL): Promise<Response> {
  const extension = file.pathname.split(".").at(-1) ?? "";
  const text = await readFile(file, "utf8");
  const body = extension === "ts" ? stripTypeScriptTypes(text) : text;
  return new Response(body, { headers: { ...headers, "content-type": types[extension] ?? "text/plain" } });
}

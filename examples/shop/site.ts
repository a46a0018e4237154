/** The page, the API behind it, and for the page alone: which streams are parked. */
import { clientFiles, type PageFiles, type SiteOptions, type SiteRuntime, site } from "@foldstream/example-pages";

const here = (path: string) => new URL(path, import.meta.url);

const files: PageFiles = {
  "": here("page/index.html"),
  "page.css": here("page/page.css"),
  "page.js": here("page/page.js"),
  "basket.js": here("page/basket.js"),
  "copies.js": here("page/copies.js"),
  "elements.js": here("page/elements.js"),
  "format.js": here("page/format.js"),
  "orders.js": here("page/orders.js"),
  "products.js": here("page/products.js"),
  // The page composes orders with the domain's own function.
  "domain/across-streams.ts": here("domain/across-streams.ts"),
  "domain/amounts.ts": here("domain/amounts.ts"),
  ...clientFiles,
};

export function shopSite(runtime: SiteRuntime, options: SiteOptions = {}): (request: Request) => Promise<Response> {
  const served = site(runtime, files, options);
  const parkedPath = `${options.basePath ?? ""}/parked`;
  return async (request) =>
    new URL(request.url).pathname === parkedPath ? Response.json(await parked(runtime)) : served(request);
}

/** Without stack traces: pages show what happened, not how the server is built. */
async function parked(runtime: SiteRuntime): Promise<readonly object[]> {
  const found: object[] = [];
  for await (const { projection, stream, version, waiting, error } of runtime.parked())
    found.push({ projection, stream, version, waiting, message: error.message });
  return found;
}

/** The page and the API behind it. */
import { clientFiles, type PageFiles, type SiteOptions, site } from "@foldstream/example-pages";
import type { HostedRuntime } from "@foldstream/http";

const page = (name: string) => new URL(`page/${name}`, import.meta.url);

const files: PageFiles = {
  "": page("index.html"),
  "page.css": page("page.css"),
  "page.js": page("page.js"),
  ...clientFiles,
};

export function counterSite(runtime: HostedRuntime, options?: SiteOptions): (request: Request) => Promise<Response> {
  return site(runtime, files, options);
}

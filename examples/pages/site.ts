/** A page and the API behind it, as one Fetch handler under any folder. */
import { type HostedRuntime, type HttpOptions, httpHandler } from "@foldstream/http";
import type { Runtime } from "foldstream";
import { type PageFiles, pages } from "./pages.ts";

export interface SiteOptions extends Pick<HttpOptions, "onError" | "metrics"> {
  /** Folder of the site, such as `/flights`. Default: the root. */
  readonly basePath?: string;
}

/** What a site may ask of the app behind it. */
export type SiteRuntime = HostedRuntime & Pick<Runtime, "parked">;

/** Serves the page at `<basePath>/` and the app's routes under `<basePath>/api`. */
export function site(
  runtime: HostedRuntime,
  files: PageFiles,
  { basePath = "", ...options }: SiteOptions & Pick<HttpOptions, "live"> = {},
): (request: Request) => Promise<Response> {
  const api = httpHandler(runtime, { ...options, basePath: `${basePath}/api` });
  const page = pages({ "base.css": new URL("base.css", import.meta.url), ...files }, basePath);
  return async (request) => (await page(request)) ?? api(request);
}

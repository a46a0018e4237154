/** A Foldstream app as an Azure Function, by version 4 of its programming model. */
import type { HttpHandler, HttpMethod, HttpRequest } from "@azure/functions";
import type { FetchHandler } from "./fetch-handler.ts";

/** What `app.http` takes besides the handler: every path and method is the app's. */
export const everyRoute: { readonly methods: HttpMethod[]; readonly route: string } = {
  methods: ["GET", "HEAD", "POST"],
  route: "{*path}",
};

/**
 * To be registered as `app.http("foldstream", { ...everyRoute, handler: foldstream(handle) })`. The handler's `basePath` is the route
 * prefix of the function app: `/api` unless `host.json` says otherwise. Live queries need `app.setup({ enableHttpStream: true })`.
 */
export function foldstream(handle: FetchHandler): HttpHandler {
  return async (request) => {
    const { status, headers, body } = await handle(await requestOf(request));
    return { status, headers, ...(body && { body }) };
  };
}

async function requestOf(request: HttpRequest): Promise<Request> {
  const { method, url, headers } = request;
  const init = { method, headers: [...headers] };
  return new Request(url, request.body ? { ...init, body: await request.arrayBuffer() } : init);
}

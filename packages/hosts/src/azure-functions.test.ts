import { HttpRequest, type HttpRequestInit, HttpResponse, InvocationContext } from "@azure/functions";
import { describe } from "vitest";
import { hostSuite } from "../test/host-suite.ts";
import { foldstream } from "./azure-functions.ts";
import type { FetchHandler } from "./fetch-handler.ts";

/** As the worker of Azure Functions calls a handler, by the library's own request and response. */
function invoking(handle: FetchHandler): typeof fetch {
  const handler = foldstream(handle);
  return async (input, init = {}) => {
    const request = new Request(input, init);
    const body = request.body ? { bytes: new Uint8Array(await request.arrayBuffer()) } : {};
    const { method, url } = request;
    const given: HttpRequestInit = { method, url, headers: Object.fromEntries(request.headers), body };
    const answer = await handler(new HttpRequest(given), new InvocationContext());
    const { status, headers, body: stream } = new HttpResponse(answer as object);
    return new Response(stream as BodyInit | null, { status, headers: [...headers] });
  };
}

describe("on Azure Functions", () => {
  hostSuite(async (handle) => ({ url: "https://app.azurewebsites.net", fetch: invoking(handle) }));
});

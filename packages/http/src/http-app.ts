/** The composition root: all routes of an app, over the Fetch API. */
import { Hono } from "hono";
import { commandRoutes } from "./command-handler.ts";
import { contentEtag } from "./content-etag.ts";
import type { HttpHandler } from "./http-handler.ts";
import { jsonSchemaReader } from "./json-schema.ts";
import { answerLive } from "./live-route.ts";
import { openApiDocument } from "./openapi/document.ts";
import { answerMetrics, answerReady, answerStatus } from "./operations-routes.ts";
import { type Host, type HostedRuntime, type HttpOptions, hostOf } from "./options.ts";
import { holds } from "./preconditions.ts";
import { answerQuery, inputFromBody, inputFromUrl } from "./query-route.ts";
import type { Call, Route } from "./route.ts";
import { served } from "./served.ts";

/**
 * Serves an app: commands, queries, live queries, streams, health, metrics and its OpenAPI document. Runs wherever `Request` and
 * `Response` exist. CORS is left to the host or proxy; without it, browsers keep foreign pages out.
 */
export function httpHandler(runtime: HostedRuntime, options: HttpOptions = {}): HttpHandler {
  const app = httpApp(runtime, options);
  return async (request) => app.fetch(request);
}

/** The same as a Hono app, to mount beside other routes or behind Hono's middleware. */
export function httpApp(runtime: HostedRuntime, options: HttpOptions = {}): Hono {
  const host = hostOf(runtime, options, jsonSchemaReader(options.toJsonSchema));
  return served(new Hono(), host, routesOf(host));
}

function routesOf(host: Host): readonly Route[] {
  const fromUrl = inputFromUrl(host);
  return [
    ...commandRoutes,
    { method: "GET", path: "/queries/:name", answer: answerQuery(fromUrl) },
    { method: "POST", path: "/queries/:name", answer: answerQuery(inputFromBody) },
    { method: "GET", path: "/queries/:name/live", answer: answerLive(fromUrl) },
    { method: "POST", path: "/queries/:name/live", answer: answerLive(inputFromBody) },
    { method: "GET", path: "/readyz", open: true, answer: answerReady },
    { method: "GET", path: "/status", answer: answerStatus },
    ...(host.options.metrics ? [{ method: "GET", path: "/metrics", answer: answerMetrics } as const] : []),
    { method: "GET", path: "/openapi.json", answer: openApiRoute(host) },
  ];
}

/** Generated when first asked for, then kept: it depends on the app alone. */
function openApiRoute(host: Host): Route["answer"] {
  let body: string | undefined;
  return async ({ request }: Call) => {
    body ??= JSON.stringify(openApiDocument(host), null, 2);
    const headers = { etag: await contentEtag(body), "cache-control": "private, no-cache" };
    if (holds(request.headers, headers.etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { "content-type": "application/json", ...headers } });
  };
}

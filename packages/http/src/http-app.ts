/** The composition root: all routes of an app, over the Fetch API. */
import { type Context, Hono } from "hono";
import { answerCommand } from "./command-route.ts";
import { contentEtag } from "./content-etag.ts";
import { failureOf } from "./failure.ts";
import { jsonSchemaReader } from "./json-schema.ts";
import { answerLive } from "./live-route.ts";
import { openApiDocument } from "./openapi/document.ts";
import { answerAlive, answerMetrics, answerReady, answerStatus } from "./operations-routes.ts";
import { type Host, type HostedRuntime, type HttpOptions, hostOf } from "./options.ts";
import { holds } from "./preconditions.ts";
import { problem, problemResponse } from "./problem.ts";
import { answerQuery, inputFromBody, inputFromUrl } from "./query-route.ts";
import { report } from "./report.ts";
import { type Call, hosted, type Route } from "./route.ts";
import { answerStream } from "./stream-route.ts";
import { answerTogether } from "./together-route.ts";

export type HttpHandler = (request: Request) => Promise<Response>;

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
  const routes = routesOf(host);
  const app = new Hono();
  for (const route of routes) app.on(route.method, host.basePath + route.path, hosted(host, route));
  app.notFound((context) => notFound(host, routes, context));
  app.onError((error, context) => failed(host, error, context));
  return app;
}

function routesOf(host: Host): readonly Route[] {
  const fromUrl = inputFromUrl(host);
  return [
    { method: "POST", path: "/commands/:aggregate/:id/:command", answer: answerCommand },
    { method: "POST", path: "/commands", answer: answerTogether },
    { method: "GET", path: "/queries/:name", answer: answerQuery(fromUrl) },
    { method: "POST", path: "/queries/:name", answer: answerQuery(inputFromBody) },
    { method: "GET", path: "/queries/:name/live", answer: answerLive(fromUrl) },
    { method: "POST", path: "/queries/:name/live", answer: answerLive(inputFromBody) },
    { method: "GET", path: "/streams/:aggregate/:id", answer: answerStream },
    { method: "GET", path: "/livez", open: true, answer: answerAlive },
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

/** 405 where only the method is wrong, else 404 with the routes there are. */
function notFound(host: Host, routes: readonly Route[], { req }: Context): Response {
  const allowed = routes.filter(({ path }) => matches(host.basePath + path, req.path)).map(({ method }) => method);
  if (allowed.length > 0) {
    const methods = allowed.includes("GET") ? [...allowed, "HEAD"] : allowed;
    return problemResponse(problem("method-not-allowed", { detail: `Use ${methods.join(", ")}.` }), {
      allow: methods.join(", "),
    });
  }
  const known = routes.map(({ method, path }) => `${method} ${host.basePath}${path}`);
  return problemResponse(problem("unknown-route", { detail: "`routes` lists what there is.", routes: known }));
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const found = path.split("/");
  return wanted.length === found.length && wanted.every((part, index) => part.startsWith(":") || part === found[index]);
}

function failed(host: Host, error: unknown, { req }: Context): Response {
  const failure = failureOf(error);
  return problemResponse(report(host, failure, error, req.raw, req.routePath), failure.headers);
}

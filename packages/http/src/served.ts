/** Routes as a Hono app, and what is answered where none fits or one fails. */
import type { Context, Hono } from "hono";
import { failureOf } from "./failure.ts";
import type { Host } from "./options.ts";
import { problem, problemResponse } from "./problem.ts";
import { report } from "./report.ts";
import { hosted, type Route } from "./route.ts";

/** `app` is empty: which router it has is the caller's choice. */
export function served(app: Hono, host: Host, routes: readonly Route[]): Hono {
  for (const route of routes) app.on(route.method, host.basePath + route.path, hosted(host, route));
  app.notFound((context) => notFound(host, routes, context));
  app.onError((error, context) => failed(host, error, context));
  return app;
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

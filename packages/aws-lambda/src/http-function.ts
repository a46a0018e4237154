/** A function that answers HTTP: API Gateway's REST and HTTP APIs, function URLs, load balancers. */
import { type HttpHandler, type HttpOptions, httpHandler } from "@foldstream/http";
import type {
  ALBEvent,
  ALBResult,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
} from "aws-lambda";
import type { Principal } from "foldstream";
import { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import type { LambdaHost } from "./host.ts";
import { at, type JsonObject, textAt } from "./json.ts";
import type { Invocation } from "./time-left.ts";

export type HttpEvent = APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent;
export type HttpResult = APIGatewayProxyResult & Pick<ALBResult, "statusDescription">;

export interface HttpFunctionOptions extends Omit<HttpOptions, "authenticate"> {
  /** Says who sends the request, by what the authorizer in front has put into `event.requestContext`, or by the request itself. */
  readonly authenticate?: (
    request: Request,
    event: HttpEvent,
  ) => Principal | undefined | Promise<Principal | undefined>;
}

export type HttpFunction = (event: unknown, invocation: Invocation) => Promise<HttpResult>;

/** An answer takes less than the function has: the rest is for sending it. */
const reserveMs = 250;

/** Streams of live queries end at once: Lambda sends an answer when it is complete. Clients come back, as they do. */
const live = { lifetimeMs: 0 };

export function httpFunction(host: LambdaHost, options: HttpFunctionOptions = {}): HttpFunction {
  let front: HttpFunction | undefined;
  return async (event, invocation) => {
    if (!isHttp(event)) return refused(host, event);
    front ??= frontOf(host, options, invocation.getRemainingTimeInMillis() - reserveMs);
    const result = await front(withoutIdleBody(event), invocation);
    await host.runtime.settled();
    return isUnreadable(result) ? refused(host, event) : result;
  };
}

/** Made at the first request, which tells the function's timeout. */
function frontOf(host: LambdaHost, { authenticate, ...options }: HttpFunctionOptions, leftMs: number): HttpFunction {
  const events = new WeakMap<Request, HttpEvent>();
  const requestTimeoutMs = Math.max(1, Math.min(options.requestTimeoutMs ?? leftMs, leftMs));
  const onError: HttpOptions["onError"] = (error, failed) =>
    host.log("error", "A request failed.", { error, ...toldOf(failed) });
  const answer: HttpHandler = httpHandler(host.runtime, {
    live,
    onError,
    ...options,
    requestTimeoutMs,
    ...(authenticate && { authenticate: (request) => authenticate(request, events.get(request) as HttpEvent) }),
  });
  const front = new Hono<{ Bindings: { event: HttpEvent } }>();
  front.all("*", ({ req, env }) => {
    events.set(req.raw, env.event);
    return answer(req.raw);
  });
  const handled = handle(front);
  return (event, context) => handled(event as LambdaEvent, context as Context as never) as Promise<HttpResult>;
}

function toldOf({ instance, method, route }: { instance: string; method: string; route: string }) {
  return { instance, method, route };
}

/** What Hono's adapter can read, and no authorizer's question. */
function isHttp(event: unknown): event is JsonObject {
  if (at(event, "methodArn") !== undefined || at(event, "routeArn") !== undefined) return false;
  if (textAt(event, "rawPath") !== undefined) return textAt(event, "requestContext", "http", "method") !== undefined;
  return (
    textAt(event, "httpMethod") !== undefined &&
    textAt(event, "path") !== undefined &&
    at(event, "requestContext") !== undefined
  );
}

/** A body says nothing with GET and HEAD (RFC 9110), and no `Request` takes one. */
function withoutIdleBody(event: JsonObject): JsonObject {
  const method = textAt(event, "httpMethod") ?? textAt(event, "requestContext", "http", "method");
  return method === "GET" || method === "HEAD" ? { ...event, body: null } : event;
}

/** What Hono's adapter answers when no `Request` can be made of the event. All that the app answers is JSON. */
function isUnreadable({ statusCode, body }: HttpResult): boolean {
  return statusCode === 400 && body === "Invalid request";
}

function refused({ log }: LambdaHost, event: unknown): HttpResult {
  const detail =
    "Expected a well-formed request of API Gateway (REST or HTTP API), a function URL or a load balancer. Nothing was executed.";
  log("error", detail, { found: typeof event === "object" && event !== null ? Object.keys(event) : typeof event });
  const problem = {
    type: "urn:foldstream:problem:unsupported-event",
    title: "The trigger is not supported",
    status: 400,
    code: "unsupported-event",
    detail,
  };
  return {
    statusCode: 400,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify(problem),
    isBase64Encoded: false,
  };
}

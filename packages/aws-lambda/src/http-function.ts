/** A function that answers HTTP: API Gateway's REST and HTTP APIs, function URLs, load balancers. */
import type { HttpHandler, HttpOptions } from "@foldstream/http";
import type {
  ALBEvent,
  ALBResult,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
} from "aws-lambda";
import type { Principal } from "foldstream";
import type { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import type { CommandHost } from "./host.ts";
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

/** What is left of the function's time for sending an answer. */
const reserveMs = 250;

/** Streams of live queries end at once: Lambda sends an answer when it is complete. Clients come back, as they do. */
const live = { lifetimeMs: 0 };

/** `handlerOf` makes the Fetch handler that answers. */
export function httpFunction(
  host: CommandHost,
  handlerOf: (options: HttpOptions) => HttpHandler,
  options: HttpFunctionOptions = {},
): HttpFunction {
  const front = frontOf(host, handlerOf, options);
  return async (event, invocation) => {
    if (!isHttp(event)) return refused(host, event);
    const answering = front(withoutIdleBody(event), invocation);
    const result = await within(invocation.getRemainingTimeInMillis() - reserveMs, answering);
    await host.runtime.settled();
    return isUnreadable(result) ? refused(host, event) : result;
  };
}

function frontOf(
  host: CommandHost,
  handlerOf: (options: HttpOptions) => HttpHandler,
  { authenticate, ...options }: HttpFunctionOptions,
): HttpFunction {
  const events = new WeakMap<Request, HttpEvent>();
  const onError: HttpOptions["onError"] = (error, { instance, method, route }) =>
    host.log("error", "A request failed.", { error, instance, method, route });
  const answer = handlerOf({
    live,
    onError,
    ...options,
    ...(authenticate && { authenticate: (request) => authenticate(request, events.get(request) as HttpEvent) }),
  });
  const fetch = (request: Request, { event }: { readonly event: HttpEvent }) => {
    events.set(request, event);
    return answer(request);
  };
  // The adapter asks nothing else of an app.
  const handled = handle({ fetch } as unknown as Hono);
  return (event, context) => handled(event as LambdaEvent, context as Context as never) as Promise<HttpResult>;
}

/** Answers before the function's time is up, whatever happens: what takes longer goes on unobserved, until the copy is frozen. */
async function within(ms: number, answering: Promise<HttpResult>): Promise<HttpResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<HttpResult>((resolve) => {
    timer = setTimeout(() => resolve(timedOut()), Math.max(0, ms));
  });
  try {
    return await Promise.race([answering, timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
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

function refused({ log }: CommandHost, event: unknown): HttpResult {
  const detail =
    "Expected a well-formed request of API Gateway (REST or HTTP API), a function URL or a load balancer. Nothing was executed.";
  log("error", detail, { found: typeof event === "object" && event !== null ? Object.keys(event) : typeof event });
  return problem(400, "unsupported-event", "The trigger is not supported", detail);
}

function timedOut(): HttpResult {
  const detail = "What was begun may still be finished. Retry with the same Idempotency-Key to learn how it ended.";
  return problem(503, "timed-out", "The request took too long", detail, { "retry-after": "1" });
}

/** As the Fetch handler answers (RFC 9457), where it cannot be asked. */
function problem(status: number, code: string, title: string, detail: string, headers = {}): HttpResult {
  return {
    statusCode: status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ type: `urn:foldstream:problem:${code}`, title, status, code, detail }),
    isBase64Encoded: false,
  };
}

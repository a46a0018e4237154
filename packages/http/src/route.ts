/** What a route is, and what happens around each: authentication, the time limit. */
import type { Principal } from "foldstream";
import type { Context } from "hono";
import type { Host } from "./options.ts";
import { problem, problemResponse, RefusedRequest } from "./problem.ts";

/** One request on its way through a route. */
export interface Call {
  readonly host: Host;
  readonly request: Request;
  /** A part of the path, decoded. */
  readonly part: (name: string) => string;
  readonly principal: Principal | undefined;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** In Hono's notation: `/queries/:name`. */
  readonly path: string;
  /** Open to everybody, also where requests are authenticated. */
  readonly open?: true;
  readonly answer: (call: Call) => Promise<Response>;
}

/** The route as Hono calls it. */
export function hosted(host: Host, { answer, open }: Route): (context: Context) => Promise<Response> {
  const { authenticate } = host.options;
  return (context) => {
    const request = context.req.raw;
    const call = (principal?: Principal) =>
      answer({ host, request, part: (name) => context.req.param(name) ?? "", principal });
    const answering = authenticate && !open ? authenticated(host, request).then(call) : call();
    return within(host.requestTimeoutMs, answering);
  };
}

async function authenticated({ options }: Host, request: Request): Promise<Principal> {
  const principal = await options.authenticate?.(request);
  if (principal) return principal;
  const headers = { "www-authenticate": options.challenge ?? "Bearer" };
  throw new RefusedRequest("unauthenticated", "Send valid credentials. Nothing was executed.", {}, headers);
}

/** Answers in time, whatever happens: what takes longer goes on unobserved. */
function within(ms: number, answering: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(timedOut()), ms);
    const settle =
      <T>(how: (result: T) => void) =>
      (result: T) => {
        clearTimeout(timer);
        how(result);
      };
    answering.then(settle(resolve), settle(reject));
  });
}

function timedOut(): Response {
  const detail = "What was begun may still be finished. Retry with the same Idempotency-Key to learn how it ended.";
  return problemResponse(problem("timed-out", { detail, retryAfter: 1 }));
}

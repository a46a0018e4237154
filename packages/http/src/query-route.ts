/** GET and POST /queries/:name */
import type { Query, QueryOptions, QueryOutcome } from "foldstream";
import { consistencyOf } from "./consistency.ts";
import { contentEtag } from "./content-etag.ts";
import { jsonBody } from "./json-body.ts";
import type { Host } from "./options.ts";
import { holds } from "./preconditions.ts";
import { problemResponse } from "./problem.ts";
import { queryInputReader } from "./query-input.ts";
import { refusedQuery } from "./refusal.ts";
import type { Call } from "./route.ts";

/** Where the input of a query comes from: the query string or the body. */
export type InputReader = (call: Call) => unknown;

/** Input from the query string. Rules are compiled here, once per handler. */
export function inputFromUrl({ runtime, toJsonSchema }: Host): InputReader {
  const readers = new Map(
    runtime.app.queries.map(({ name, input }: Query) => [name, queryInputReader(toJsonSchema(input, "input"))]),
  );
  return ({ request, part }) => readers.get(part("name"))?.(new URL(request.url).searchParams);
}

export function inputFromBody({ request, host }: Call): Promise<unknown> {
  return jsonBody(request, host.bodyLimit);
}

/** The question of a call, to be asked once or again and again. */
export async function questionOf(call: Call, inputOf: InputReader): Promise<() => Promise<QueryOutcome<unknown>>> {
  const { host, part, principal } = call;
  const input = await inputOf(call);
  const who: QueryOptions = principal ? { principal } : {};
  const { tokens, waitMs } = consistencyOf(call.request.headers, host.maxWaitMs);
  return () => host.runtime.ask(part("name"), input, { ...who, after: tokens, waitMs });
}

export function answerQuery(inputOf: InputReader): (call: Call) => Promise<Response> {
  return async (call) => {
    const { headers } = call.request;
    const { applied } = consistencyOf(headers, call.host.maxWaitMs);
    const preference: Record<string, string> = applied === undefined ? {} : { "preference-applied": applied };
    const ask = await questionOf(call, inputOf);
    const outcome = await ask();
    return outcome.ok
      ? answered(outcome.value, headers, {
          ...preference,
          ...(outcome.token && { "consistency-token": outcome.token }),
        })
      : problemResponse(refusedQuery(outcome), preference);
  };
}

async function answered(value: unknown, request: Headers, more: Record<string, string>): Promise<Response> {
  const body = jsonOf(value);
  const etag = await contentEtag(body);
  const headers = { etag, "cache-control": "private, no-cache", ...more };
  if (holds(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { "content-type": "application/json", ...headers } });
}

/** A query that answers nothing answers null. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

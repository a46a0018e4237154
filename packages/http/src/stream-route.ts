/** GET /streams/:aggregate/:id */
import type { StreamPage } from "foldstream";
import { etagOf, holds } from "./preconditions.ts";
import { RefusedRequest } from "./problem.ts";
import type { Call } from "./route.ts";

const defaultLimit = 100;
const maxLimit = 1_000;

/** A stream that nobody has written to is an empty page, not a 404: ids are free, only aggregates are known. */
export async function answerStream({ host, request, part }: Call): Promise<Response> {
  const parameters = new URL(request.url).searchParams;
  const after = wholeNumber(parameters, "after", 0, 0, Number.MAX_SAFE_INTEGER);
  const limit = wholeNumber(parameters, "limit", defaultLimit, 1, maxLimit);
  const page = await host.runtime.readStream(part("aggregate"), part("id"), { after, limit });
  const headers = headersOf(page, limit);
  if (headers.etag !== undefined && holds(request.headers, headers.etag))
    return new Response(null, { status: 304, headers });
  return new Response(JSON.stringify(page), { headers: { "content-type": "application/json", ...headers } });
}

/** Only the last page knows the version of the stream, and with it what `If-Match` on a command would take. */
function headersOf({ events, more }: StreamPage, limit: number): Record<string, string> {
  const last = events.at(-1)?.version;
  const caching = { "cache-control": "private, no-cache" };
  if (last === undefined) return caching;
  return more
    ? { ...caching, link: `<?after=${last}&limit=${limit}>; rel="next"` }
    : { ...caching, etag: etagOf(last) };
}

function wholeNumber(
  parameters: URLSearchParams,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  const text = parameters.get(name);
  if (text === null) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RefusedRequest("invalid-parameter", `"${name}" takes a whole number from ${least} to ${most}.`);
}

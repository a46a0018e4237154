/** POST /commands/:aggregate/:id/:command */
import type { Accepted } from "foldstream";
import { idempotencyKey, traceparent } from "./command-headers.ts";
import { jsonBody } from "./json-body.ts";
import { etagOf, expectedVersion } from "./preconditions.ts";
import { refusedCommand } from "./refusal.ts";
import type { Call } from "./route.ts";

export async function answerCommand({ host, request, part, principal }: Call): Promise<Response> {
  const { headers } = request;
  const commandId = idempotencyKey(headers);
  const version = expectedVersion(headers);
  const trace = traceparent(headers);
  const data = await jsonBody(request, host.bodyLimit);
  const outcome = await host.runtime.dispatch({
    aggregate: part("aggregate"),
    id: part("id"),
    command: part("command"),
    data,
    ...(commandId !== undefined && { commandId }),
    ...(version !== undefined && { expectedVersion: version }),
    ...(trace !== undefined && { traceparent: trace }),
    ...(principal && { principal }),
  });
  return outcome.ok ? acceptedCommand(outcome) : refusedCommand(outcome);
}

function acceptedCommand({ commandId, version, token, replayed }: Accepted): Response {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    etag: etagOf(version),
    "consistency-token": token,
  };
  if (replayed) headers["idempotency-replayed"] = "true";
  return new Response(JSON.stringify({ commandId, version, replayed }), { headers });
}

/** Health, status, metrics and the document itself. */
import type { JsonObject, Paths } from "./document.ts";
import { jsonContent, problemRefs } from "./shared.ts";

const state = { type: "object", properties: { status: { type: "string" } }, required: ["status"] };

export function operationsPaths(withMetrics: boolean): Paths {
  return {
    "/livez": open("livez", "The process answers", state, 500),
    "/readyz": open("readyz", "The store answers", state, 503),
    "/status": get("status", "Where the projections are", jsonContent({ type: "object" }), problemRefs(503)),
    ...(withMetrics && {
      "/metrics": get(
        "metrics",
        "Metrics in the Prometheus text format",
        { "text/plain": { schema: { type: "string" } } },
        problemRefs(),
      ),
    }),
    "/openapi.json": get("openapi", "This document", jsonContent({ type: "object" }), problemRefs()),
  };
}

/** Health probes carry no credentials. */
function open(operationId: string, summary: string, schema: JsonObject, status: number): JsonObject {
  const { 401: _unauthenticated, ...problems } = problemRefs(405, status);
  const path = get(operationId, summary, jsonContent(schema), problems);
  return { get: { ...(path.get as JsonObject), security: [] } };
}

function get(operationId: string, summary: string, content: JsonObject, problems: JsonObject): JsonObject {
  return {
    get: {
      operationId,
      tags: ["operations"],
      summary,
      responses: { 200: { description: `${summary}.`, content }, ...problems },
    },
  };
}

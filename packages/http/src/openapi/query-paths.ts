/** The paths of a query: asked by URL, asked by body, and live. */
import type { AnyQuery } from "foldstream";
import { dereference, isObject } from "../json-schema.ts";
import type { JsonObject, Paths } from "./document.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { headerRefs, jsonContent, problemRefs, refer } from "./shared.ts";

const reading = refer("parameters", "ConsistencyToken", "Prefer");
const readProblems = problemRefs(400, 404, 422, 503);
const bodyProblems = problemRefs(400, 404, 413, 415, 422, 503);

export function queryPaths(query: AnyQuery, schemas: SchemaRegistry): Paths {
  const { name } = query;
  const input = schemas.add(`queries.${name}.input`, query.input, "input");
  const body = { required: true, content: jsonContent(input) };
  const byUrl = { parameters: [...urlParameters(name, schemas), ...reading] };
  const byBody = { parameters: reading, requestBody: body };
  const answer = answerOf(query, schemas);
  return {
    [`/queries/${name}`]: {
      get: operation(name, `query_${name}`, `Ask ${name}`, {
        parameters: [...byUrl.parameters, ...refer("parameters", "IfNoneMatch")],
        responses: { 200: answer, 304: { description: "The client holds this answer already." }, ...readProblems },
      }),
      post: operation(name, `query_${name}_by_body`, `Ask ${name}, with the input as JSON`, {
        ...byBody,
        responses: { 200: answer, ...bodyProblems },
      }),
    },
    [`/queries/${name}/live`]: {
      get: operation(name, `live_${name}`, `Follow ${name}`, { ...byUrl, responses: { 200: live, ...readProblems } }),
      post: operation(name, `live_${name}_by_body`, `Follow ${name}, with the input as JSON`, {
        ...byBody,
        responses: { 200: live, ...bodyProblems },
      }),
    },
  };
}

const live = {
  description:
    "Server-sent events: the answer as JSON in `data`, now and whenever it has changed; `event: problem` before an end by failure.",
  content: { "text/event-stream": { schema: { type: "string" } } },
};

function operation(name: string, operationId: string, summary: string, rest: JsonObject): JsonObject {
  return { operationId, tags: ["queries"], summary, description: `Query \`${name}\`.`, ...rest };
}

function answerOf(query: AnyQuery, schemas: SchemaRegistry): JsonObject {
  const schema = query.output ? schemas.add(`queries.${query.name}.output`, query.output, "output") : {};
  return {
    description: "The answer.",
    headers: headerRefs({
      ETag: "ETag",
      "Consistency-Token": "ReachedToken",
      "Preference-Applied": "PreferenceApplied",
    }),
    content: jsonContent(schema),
  };
}

/** One parameter per property of the input; a free form where its schema does not tell. */
function urlParameters(name: string, schemas: SchemaRegistry): readonly JsonObject[] {
  const properties = schemas.properties(`queries.${name}.input`);
  if (!properties) return [{ name: "input", in: "query", schema: { type: "object", additionalProperties: true } }];
  const { schemas: entries, required } = properties;
  return Object.entries(entries).map(([property, schema]) => ({
    name: property,
    in: "query",
    required: required.has(property),
    ...(isNested(schema, schemas) ? { content: jsonContent(schema as JsonObject) } : { schema }),
  }));
}

/** Objects travel as JSON text within a query string. */
function isNested(schema: unknown, schemas: SchemaRegistry): boolean {
  const found = dereference(schema, { components: { schemas: schemas.all() } });
  return isObject(found) && found.type === "object";
}

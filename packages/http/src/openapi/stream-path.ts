/** The path to the events of an aggregate's streams. */
import type { AnyAggregate, EventDeclarations, Schema } from "foldstream";
import type { JsonObject, Paths } from "./document.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { headerRefs, jsonContent, problemRefs, refer } from "./shared.ts";

export function streamPath(aggregate: AnyAggregate, schemas: SchemaRegistry): Paths {
  const declared: readonly (readonly [string, EventDeclarations[string]])[] = Object.entries(aggregate.events);
  const events = declared.map(([event, declaration]) =>
    recorded(
      `${aggregate.name}.${event}`,
      schemas.add(`events.${aggregate.name}.${event}`, schemaOf(declaration), "output"),
    ),
  );
  return { [`/streams/${aggregate.name}/{id}`]: { get: operation(aggregate.name, events) } };
}

function schemaOf(declaration: EventDeclarations[string]): Schema {
  return "~standard" in declaration ? declaration : declaration.schema;
}

function operation(aggregate: string, events: readonly JsonObject[]): JsonObject {
  const page = {
    type: "object",
    properties: {
      events: { type: "array", items: events.length === 1 ? events[0] : { oneOf: events } },
      more: { type: "boolean" },
    },
    required: ["events", "more"],
  };
  return {
    operationId: `${aggregate}_events`,
    tags: [aggregate],
    summary: `Events of one ${aggregate}, in version order`,
    parameters: refer("parameters", "Id", "After", "Limit", "IfNoneMatch"),
    responses: {
      200: { description: "A page.", headers: headerRefs({ ETag: "ETag", Link: "Link" }), content: jsonContent(page) },
      304: { description: "The client holds this page already." },
      ...problemRefs(400, 404, 503),
    },
  };
}

function recorded(type: string, data: JsonObject): JsonObject {
  const text = { type: "string" };
  return {
    type: "object",
    properties: {
      type: { const: type },
      data,
      stream: {
        type: "object",
        properties: { name: text, aggregate: text, id: text },
        required: ["name", "aggregate", "id"],
      },
      version: { type: "integer", minimum: 1 },
      recordedAt: { type: "string", format: "date-time" },
      metadata: {
        type: "object",
        properties: { commandId: text, causationId: text, correlationId: text },
        required: ["commandId"],
      },
    },
    required: ["type", "data", "stream", "version", "recordedAt", "metadata"],
  };
}

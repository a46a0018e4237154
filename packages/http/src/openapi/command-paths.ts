/** One path per command, and one for several as one. */
import type { AnyAggregate, Schema } from "foldstream";
import type { JsonObject, Paths } from "./document.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { headerRefs, jsonContent, problemRefs, refer } from "./shared.ts";

export function commandPaths(aggregate: AnyAggregate, schemas: SchemaRegistry): Paths {
  return Object.fromEntries(
    commandsOf(aggregate).map(([command, schema]) => {
      const input = inputOf(aggregate, command, schema, schemas);
      return [`/commands/${aggregate.name}/{id}/${command}`, { post: operation(aggregate.name, command, input) }];
    }),
  );
}

export function togetherPath(aggregates: readonly AnyAggregate[], schemas: SchemaRegistry): Paths {
  const oneOf = aggregates.flatMap((aggregate) =>
    commandsOf(aggregate).map(([command, schema]) =>
      part(aggregate.name, command, inputOf(aggregate, command, schema, schemas)),
    ),
  );
  if (oneOf.length === 0) return {};
  const commands = { type: "array", minItems: 1, items: { oneOf } };
  const body = { type: "object", properties: { commands }, required: ["commands"] };
  return {
    "/commands": {
      post: {
        operationId: "together",
        tags: ["commands"],
        summary: "Several commands, all or nothing",
        description: "Decided one after the other and written at once; when one is refused, nothing is written.",
        parameters: refer("parameters", "IdempotencyKey", "Traceparent"),
        requestBody: { required: true, content: jsonContent(body) },
        responses: {
          200: executed({}, { $ref: "#/components/schemas/AcceptedTogether" }),
          ...problemRefs(400, 404, 409, 412, 413, 415, 422, 503),
        },
      },
    },
  };
}

function commandsOf({ commands }: AnyAggregate): readonly (readonly [string, Schema])[] {
  return Object.entries(commands);
}

function inputOf({ name }: AnyAggregate, command: string, schema: Schema, schemas: SchemaRegistry): JsonObject {
  return schemas.add(`commands.${name}.${command}`, schema, "input");
}

function part(aggregate: string, command: string, data: JsonObject): JsonObject {
  const id = { type: "string", minLength: 1, maxLength: 200 };
  const properties = { aggregate: { const: aggregate }, id, command: { const: command }, data };
  return { type: "object", properties, required: ["aggregate", "id", "command"] };
}

function operation(aggregate: string, command: string, input: JsonObject): JsonObject {
  return {
    operationId: `${aggregate}_${command}`,
    tags: [aggregate],
    summary: `${command} on one ${aggregate}`,
    parameters: refer("parameters", "Id", "IdempotencyKey", "IfMatch", "IfNoneMatch", "Traceparent"),
    requestBody: { required: true, content: jsonContent(input) },
    responses: {
      200: executed({ ETag: "ETag" }, { $ref: "#/components/schemas/Accepted" }),
      ...problemRefs(400, 404, 409, 412, 413, 415, 422, 503),
    },
  };
}

function executed(headers: { readonly [header: string]: string }, answer: JsonObject): JsonObject {
  return {
    description: "Executed, now or before.",
    headers: headerRefs({
      ...headers,
      "Consistency-Token": "ConsistencyToken",
      "Idempotency-Replayed": "IdempotencyReplayed",
    }),
    content: jsonContent(answer),
  };
}

/** One path per command. */
import type { AnyAggregate, Schema } from "foldstream";
import type { JsonObject, Paths } from "./document.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { headerRefs, jsonContent, problemRefs, refer } from "./shared.ts";

export function commandPaths(aggregate: AnyAggregate, schemas: SchemaRegistry): Paths {
  const commands: readonly (readonly [string, Schema])[] = Object.entries(aggregate.commands);
  return Object.fromEntries(
    commands.map(([command, schema]) => {
      const input = schemas.add(`commands.${aggregate.name}.${command}`, schema, "input");
      return [`/commands/${aggregate.name}/{id}/${command}`, { post: operation(aggregate.name, command, input) }];
    }),
  );
}

function operation(aggregate: string, command: string, input: JsonObject): JsonObject {
  return {
    operationId: `${aggregate}_${command}`,
    tags: [aggregate],
    summary: `${command} on one ${aggregate}`,
    parameters: refer("parameters", "Id", "IdempotencyKey", "IfMatch", "IfNoneMatch", "Traceparent"),
    requestBody: { required: true, content: jsonContent(input) },
    responses: {
      200: {
        description: "Executed, now or before.",
        headers: headerRefs({
          ETag: "ETag",
          "Consistency-Token": "ConsistencyToken",
          "Idempotency-Replayed": "IdempotencyReplayed",
        }),
        content: jsonContent({ $ref: "#/components/schemas/Accepted" }),
      },
      ...problemRefs(400, 404, 409, 412, 413, 415, 422, 503),
    },
  };
}

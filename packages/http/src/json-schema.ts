/** The JSON Schema of a schema, where its library can tell (Standard JSON Schema). */
import type { Schema } from "foldstream";

export type JsonSchema = boolean | { readonly [keyword: string]: unknown };
export type Direction = "input" | "output";
/** For libraries without Standard JSON Schema: returns draft 2020-12, or `undefined` where it does not know. */
export type ToJsonSchema = (schema: Schema, direction: Direction) => JsonSchema | undefined;

interface Converter {
  readonly [direction: string]: ((options: { readonly target: string }) => JsonSchema) | undefined;
}

/** The standard's own conversion: zod 4.2 and later have it. A schema that cannot be put in JSON Schema gives `undefined`. */
function standardJsonSchema(schema: Schema, direction: Direction): JsonSchema | undefined {
  const { jsonSchema } = schema["~standard"] as { readonly jsonSchema?: Converter };
  try {
    return jsonSchema?.[direction]?.({ target: "draft-2020-12" });
  } catch {
    return undefined;
  }
}

/** Asks the option first, the standard second. */
export function jsonSchemaReader(custom: ToJsonSchema | undefined): ToJsonSchema {
  return (schema, direction) => custom?.(schema, direction) ?? standardJsonSchema(schema, direction);
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows `$ref` within a schema, as far as it stays inside. */
export function dereference(schema: unknown, root: JsonSchema): unknown {
  let current = schema;
  for (let hops = 0; hops < 8 && isObject(current) && typeof current.$ref === "string"; hops++) {
    current = pointedAt(root, current.$ref);
  }
  return current;
}

function pointedAt(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const keys = reference.slice(1).split("/").slice(1);
  return keys.reduce<unknown>(
    (at, key) => (isObject(at) ? at[key.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
    root,
  );
}

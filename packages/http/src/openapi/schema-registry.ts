/** Collects the JSON Schemas of an app under `components.schemas`. */
import type { Schema } from "foldstream";
import { type Direction, dereference, isObject, type JsonSchema, type ToJsonSchema } from "../json-schema.ts";
import type { JsonObject } from "./document.ts";
import { coreSchemas } from "./shared.ts";

const undescribed = { description: "The schema library gives no JSON Schema for this; see the option `toJsonSchema`." };

export class SchemaRegistry {
  readonly #schemas = new Map<string, JsonSchema>(Object.entries(coreSchemas));
  readonly #read: ToJsonSchema;

  constructor(read: ToJsonSchema) {
    this.#read = read;
  }

  /** Registers a schema under `name` and refers to it. */
  add(name: string, schema: Schema, direction: Direction): JsonObject {
    const found = this.#read(schema, direction);
    this.#schemas.set(name, found === undefined ? undescribed : relocated(withoutDialect(found), pathOf(name)));
    return { $ref: pathOf(name) };
  }

  /** The properties of an object schema registered under `name`, or nothing when it is not one. */
  properties(name: string): { readonly schemas: JsonObject; readonly required: ReadonlySet<unknown> } | undefined {
    const schema = this.#schemas.get(name);
    const root = dereference(schema, { components: { schemas: Object.fromEntries(this.#schemas) } });
    if (!isObject(root) || !isObject(root.properties)) return undefined;
    return { schemas: root.properties, required: new Set([root.required ?? []].flat()) };
  }

  all(): JsonObject {
    return Object.fromEntries(this.#schemas);
  }
}

function pathOf(name: string): string {
  return `#/components/schemas/${name}`;
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  if (!isObject(schema)) return schema;
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}

const literals = new Set(["const", "default", "enum", "examples"]);

/** Points references within the schema (`#`, `#/$defs/...`) to where it lies now. */
function relocated<T>(part: T, path: string): T {
  if (Array.isArray(part)) return part.map((item) => relocated(item, path)) as T;
  if (!isObject(part)) return part;
  const entries = Object.entries(part).map(([key, value]) => {
    if (key === "$ref" && typeof value === "string")
      return [key, value.startsWith("#") ? path + value.slice(1) : value];
    return [key, literals.has(key) ? value : relocated(value, path)];
  });
  return Object.fromEntries(entries) as T;
}

/** A query string as the input of a query: text becomes what the JSON Schema of the input says it is. */
import { dereference, isObject, type JsonSchema } from "./json-schema.ts";

type Read = (values: readonly string[]) => unknown;

/**
 * Compiles the rule for one query. A parameter whose schema allows text stays text. Otherwise numbers, `true`, `false` and `null` are
 * read as such, a repeated parameter fills an array, and an object is written as JSON. What does not read that way stays text, for the
 * schema to refuse. Without a JSON Schema everything stays text; POST the input as JSON then.
 */
export function queryInputReader(
  schema: JsonSchema | undefined,
): (parameters: URLSearchParams) => Record<string, unknown> {
  const properties = schema === undefined ? {} : propertiesOf(schema);
  const readers = new Map(
    Object.entries(properties).map(([name, property]) => [name, readerOf(property, schema ?? true)]),
  );
  return (parameters) => {
    const names = new Set(parameters.keys());
    return Object.fromEntries([...names].map((name) => [name, (readers.get(name) ?? asText)(parameters.getAll(name))]));
  };
}

function propertiesOf(schema: JsonSchema): { readonly [name: string]: unknown } {
  const root = dereference(schema, schema);
  return isObject(root) && isObject(root.properties) ? root.properties : {};
}

function asText(values: readonly string[]): string | readonly string[] {
  return values.length > 1 ? values : (values[0] ?? "");
}

function readerOf(property: unknown, root: JsonSchema): Read {
  const types = typesOf(property, root);
  if (types.has("array")) {
    const item = readerOf(itemsOf(property, root), root);
    return (values) => values.map((value) => item([value]));
  }
  if (types.size === 0 || types.has("string")) return asText;
  return (values) => (values.length === 1 ? readAs(types, values[0] ?? "") : values);
}

function itemsOf(property: unknown, root: JsonSchema): unknown {
  return branches(property, root)
    .map((branch) => branch.items)
    .find((items) => items !== undefined);
}

/** The types that a schema allows, through `$ref`, `anyOf`, `oneOf` and `allOf`; for constants, theirs. */
function typesOf(property: unknown, root: JsonSchema): ReadonlySet<string> {
  return new Set(branches(property, root).flatMap(ownTypes));
}

function branches(property: unknown, root: JsonSchema, depth = 0): readonly { readonly [keyword: string]: unknown }[] {
  const schema = dereference(property, root);
  if (!isObject(schema) || depth > 8) return [];
  const nested = ["anyOf", "oneOf", "allOf"].flatMap((keyword) => schema[keyword] ?? []);
  return [schema, ...nested.flatMap((branch) => branches(branch, root, depth + 1))];
}

function ownTypes(schema: { readonly [keyword: string]: unknown }): readonly string[] {
  if (schema.type !== undefined) return [schema.type].flat().map(String);
  const values = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
  return values.map((value) => (value === null ? "null" : typeof value));
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function readAs(types: ReadonlySet<string>, text: string): unknown {
  if ((types.has("number") || types.has("integer")) && jsonNumber.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.has("null") && text === "null") return null;
  return types.has("object") ? parsed(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

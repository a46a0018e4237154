/** What the mapping of an index takes in, and as what it is indexed ("Mapping", "Supported field types"). */
import { badRequest } from "./refusal.ts";

export interface Field {
  readonly type?: "keyword" | "text" | "long" | "double" | "boolean" | "date" | "object";
  readonly properties?: Readonly<Record<string, Field>>;
  readonly enabled?: boolean;
  readonly index?: boolean;
  readonly doc_values?: boolean;
  readonly ignore_above?: number;
  readonly analyzer?: string;
  readonly format?: string;
}

export interface Mapping {
  readonly dynamic?: "strict" | false;
  readonly properties?: Readonly<Record<string, Field>>;
}

/** Terms by the path of their field. */
export type Terms = ReadonlyMap<string, readonly unknown[]>;

const longestTermBytes = 32_766;

/** @throws Refusal as the service does, before anything is written. */
export function termsOf(mapping: Mapping, source: object): Terms {
  const terms = new Map<string, readonly unknown[]>();
  collect({ properties: mapping.properties ?? {} }, source, "", mapping.dynamic ?? "strict", terms);
  return terms;
}

export function fieldAt(mapping: Mapping, path: string): Field | undefined {
  let field: Field | undefined = { properties: mapping.properties ?? {} };
  for (const name of path.split(".")) field = field?.properties?.[name];
  return field;
}

function collect(
  field: Field,
  value: object,
  path: string,
  dynamic: "strict" | false,
  terms: Map<string, readonly unknown[]>,
) {
  for (const [name, inner] of Object.entries(value)) {
    const own = field.properties?.[name];
    const place = path === "" ? name : `${path}.${name}`;
    if (!own && dynamic === "strict")
      throw badRequest(
        "strict_dynamic_mapping_exception",
        `mapping set to strict, dynamic introduction of [${name}] is not allowed`,
      );
    if (!own || own.enabled === false || inner === null) continue;
    if (own.properties) collect(own, inner, place, dynamic, terms);
    else if (own.index !== false)
      terms.set(
        place,
        [inner].flat().flatMap((one) => indexed(own, place, one)),
      );
  }
}

function indexed(field: Field, path: string, value: unknown): unknown[] {
  const type = field.type ?? "object";
  const take = takers[type];
  if (!take) throw badRequest("mapper_parsing_exception", `No handler for type [${type}] declared on field [${path}]`);
  return take(value, field, path);
}

function unfit(path: string, type: string): Error {
  return badRequest("mapper_parsing_exception", `failed to parse field [${path}] of type [${type}]`);
}

const takers: Readonly<Record<string, (value: unknown, field: Field, path: string) => unknown[]>> = {
  keyword(value, { ignore_above: most = Number.POSITIVE_INFINITY }, path) {
    if (typeof value !== "string") throw unfit(path, "keyword");
    if (value.length > most) return [];
    if (Buffer.byteLength(value) > longestTermBytes)
      throw badRequest("illegal_argument_exception", `Document contains at least one immense term in field="${path}"`);
    return [value];
  },
  text(value, { analyzer }, path) {
    if (typeof value !== "string" || analyzer !== "whitespace") throw unfit(path, "text");
    return value.split(/\s+/).filter((word) => word !== "");
  },
  long(value, _field, path) {
    if (!Number.isInteger(value) || Math.abs(value as number) > 2 ** 63) throw unfit(path, "long");
    return [value];
  },
  double(value, _field, path) {
    if (!Number.isFinite(value)) throw unfit(path, "double");
    return [value];
  },
  boolean(value, _field, path) {
    if (typeof value !== "boolean") throw unfit(path, "boolean");
    return [value];
  },
  date(value, { format }, path) {
    const time =
      format === "epoch_millis" ? value : format === "strict_date_time" ? Date.parse(String(value)) : undefined;
    if (!Number.isInteger(time)) throw unfit(path, "date");
    return [time];
  },
};

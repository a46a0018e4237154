/** Resources held against the AWS service specification: types, properties and attributes that CloudFormation knows. */
import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import type { PropertyType, Resource as ResourceSpec, SpecDatabase } from "@aws-cdk/service-spec-types";
import type { Resource } from "../src/index.ts";

type Properties = ResourceSpec["properties"];
type Values = Readonly<Record<string, unknown>>;

export class ServiceSpec {
  readonly #database: SpecDatabase;

  private constructor(database: SpecDatabase) {
    this.#database = database;
  }

  static async load(): Promise<ServiceSpec> {
    return new ServiceSpec(await loadAwsServiceSpec());
  }

  /** What CloudFormation would not take of these resources. */
  problems(resources: Readonly<Record<string, Resource>>): readonly string[] {
    const ofResources = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
      const spec = this.#resource(Type);
      return spec ? this.#inObject(id, Properties, spec.properties) : [`${id}: no such type as ${Type}`];
    });
    return [...ofResources, ...this.#unknownAttributes(resources)];
  }

  /** Whether the service publishes a metric of this name. */
  hasMetric(namespace: string, name: string): boolean {
    return this.#database.lookup("metric", "name", "equals", name).some((metric) => metric.namespace === namespace);
  }

  #resource(type: string): ResourceSpec | undefined {
    return this.#database.lookup("resource", "cloudFormationType", "equals", type)[0];
  }

  #inObject(path: string, values: Values, properties: Properties): readonly string[] {
    const missing = Object.entries(properties).filter(([name, { required }]) => required && !(name in values));
    return [
      ...missing.map(([name]) => `${path}.${name}: required`),
      ...Object.entries(values).flatMap(([name, value]) => {
        const property = properties[name];
        return property ? this.#inValue(`${path}.${name}`, value, property.type) : [`${path}.${name}: unknown`];
      }),
    ];
  }

  #inValue(path: string, value: unknown, type: PropertyType): readonly string[] {
    if (isIntrinsic(value)) return [];
    if (type.type === "union") return this.#inUnion(path, value, type.types);
    if (type.type === "array")
      return Array.isArray(value)
        ? value.flatMap((one, index) => this.#inValue(`${path}.${index}`, one, type.element))
        : [`${path}: not a list`];
    if (type.type === "ref")
      return isObject(value)
        ? this.#inObject(path, value, this.#database.get("typeDefinition", type.reference.$ref).properties)
        : [`${path}: not an object`];
    if (type.type === "map")
      return isObject(value)
        ? Object.entries(value).flatMap(([key, one]) => this.#inValue(`${path}.${key}`, one, type.element))
        : [`${path}: not a map`];
    return isPrimitive(value, type) ? [] : [`${path}: not ${type.type}`];
  }

  /** Beside a structure, `json` says only that the structure was described later. */
  #inUnion(path: string, value: unknown, types: readonly PropertyType[]): readonly string[] {
    const isDescribed = types.some(({ type }) => type === "array" || type === "ref");
    const told = isDescribed ? types.filter(({ type }) => type !== "json") : types;
    const found = told.map((type) => this.#inValue(path, value, type));
    return found.find(({ length }) => length === 0) ?? found[0] ?? [];
  }

  #unknownAttributes(resources: Readonly<Record<string, Resource>>): readonly string[] {
    return attributesIn(resources).flatMap(([id, name]) => {
      const spec = this.#resource(resources[id]?.Type ?? "");
      return spec && (name in spec.attributes || name in spec.properties) ? [] : [`${id}: no attribute ${name}`];
    });
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).every((key) => key === "Ref" || key.startsWith("Fn::"));
}

function isPrimitive(value: unknown, type: PropertyType): boolean {
  if (type.type === "string" && type.allowedValues) return type.allowedValues.includes(String(value));
  const types = { string: "string", number: "number", integer: "number", boolean: "boolean" };
  const expected = types[type.type as keyof typeof types];
  return expected === undefined || typeof value === expected;
}

function attributesIn(value: unknown): readonly (readonly [id: string, name: string])[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === "Fn::GetAtt" ? [one as [string, string]] : attributesIn(one),
  );
}

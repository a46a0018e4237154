/** Values of a template, with what has been deployed put in for references. */

import { LocalDeploymentError } from "../errors.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** As `foldstream synth` writes them. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
}

export const accountId = "000000000000";
export const region = "eu-central-1";

type Attributes = Readonly<Record<string, string>>;

export class TemplateValues {
  readonly #templates: readonly Template[];
  readonly #deployed = new Map<string, Attributes>([
    ["AWS::Partition", { Ref: "aws" }],
    ["AWS::Region", { Ref: region }],
    ["AWS::AccountId", { Ref: accountId }],
  ]);

  constructor(templates: readonly Template[]) {
    this.#templates = templates;
  }

  /** `Ref` and other attributes of a resource that is there now. */
  deployed(id: string, attributes: Attributes): void {
    this.#deployed.set(id, attributes);
  }

  /** @throws LocalDeploymentError `unsupported-template` when it refers to something that does not exist here. */
  resolve<Value>(value: unknown): Value {
    return this.#resolved(value) as Value;
  }

  #resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#resolved(item));
    if (typeof value !== "object" || value === null) return value;
    const intrinsic = value as Readonly<Record<string, unknown>>;
    const { Ref, "Fn::GetAtt": attribute, "Fn::Join": joined, "Fn::Sub": filled } = intrinsic;
    if (typeof Ref === "string") return this.#reference(Ref);
    if (Array.isArray(attribute)) return this.#attribute(attribute[0], attribute[1]);
    if (Array.isArray(joined)) return (this.#resolved(joined[1]) as string[]).join(joined[0]);
    if (typeof filled === "string") return filled.replace(/\$\{([^}]+)\}/g, (_, name: string) => this.#named(name));
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.#resolved(field)]));
  }

  /** A parameter has the value of the output of that name, else its default. */
  #reference(name: string): unknown {
    const output = this.#templates.map(({ Outputs }) => Outputs?.[name]?.Value).find((found) => found !== undefined);
    if (output !== undefined) return this.#resolved(output);
    return this.#deployed.has(name) ? this.#attribute(name, "Ref") : this.#default(name);
  }

  /** As `Fn::Sub` names it: `Name` or `Name.Attribute`. */
  #named(name: string): string {
    const [id = "", attribute] = name.split(".");
    return attribute === undefined ? String(this.#reference(id)) : this.#attribute(id, attribute);
  }

  #default(name: string): unknown {
    const parameter = this.#templates.map(({ Parameters }) => Parameters?.[name]).find((found) => found !== undefined);
    if (parameter?.Default === undefined) throw notHere(name);
    return parameter.Default;
  }

  #attribute(id: string, name: string): string {
    const value = this.#deployed.get(id)?.[name];
    if (value === undefined) throw notHere(`${id}.${name}`);
    return value;
  }
}

function notHere(name: string): LocalDeploymentError {
  return new LocalDeploymentError("unsupported-template", `The templates refer to ${name}, which is not run here.`);
}

/** The composition root: templates of an app, deployed on this machine. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { RuntimeClient } from "../copy/runtime-client.ts";
import { LocalDeploymentError } from "../errors.ts";
import { FunctionUrl } from "../function/function-url.ts";
import type { LocalFunction } from "../function/local-function.ts";
import type { BundleFolder } from "./bundle.ts";
import { type DeployedFunction, deployFunction } from "./functions.ts";
import { deployMapping, type Mapping } from "./mappings.ts";
import { LocalQueues } from "./queues.ts";
import { deployRule } from "./rules.ts";
import { deployTable } from "./tables.ts";
import { type Resource, region, type Template, TemplateValues } from "./template-values.ts";

export interface DeploymentOptions {
  /** As `foldstream synth` makes them, in the order in which they are deployed. */
  readonly templates: readonly Template[];
  readonly bundle: Pick<BundleFolder, "root" | "exports">;
  readonly client: RuntimeClient;
  /** Of a server that speaks DynamoDB and its streams. */
  readonly dynamoDbEndpoint: string;
  /** Of the function's URL. Default: a free one. */
  readonly port?: number;
  /** For all functions, over what the templates say. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes what functions print, as it comes. */
  readonly onOutput?: (functionName: string, text: string) => void;
  readonly disturbances?: Disturbances;
}

/** What goes wrong on purpose. */
export interface Disturbances {
  /** The time of an invocation, in milliseconds, where it is not the function's timeout. */
  readonly timeFor?: (functionName: string) => number | undefined;
  /** Whether what was delivered is delivered once more. */
  readonly again?: () => boolean;
}

/** Whatever runs, and in which order: the state first. */
const inOrder = [
  "AWS::DynamoDB::Table",
  "AWS::SQS::Queue",
  "AWS::Lambda::Function",
  "AWS::Lambda::Url",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Events::Rule",
] as const;

type RunType = (typeof inOrder)[number];

export class LocalDeployment {
  readonly #options: DeploymentOptions;
  readonly #values: TemplateValues;
  readonly #queues: LocalQueues;
  readonly #tables: DynamoDBClient;
  readonly #streams: DynamoDBStreamsClient;
  readonly #functions = new Map<string, DeployedFunction>();
  readonly #mappings: Mapping[] = [];
  readonly #rules: { stop(): void }[] = [];
  #url: FunctionUrl | undefined;

  private constructor(options: DeploymentOptions, queues: LocalQueues) {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const config = { endpoint: options.dynamoDbEndpoint, region, credentials };
    this.#options = options;
    this.#queues = queues;
    this.#values = new TemplateValues(options.templates);
    this.#tables = new DynamoDBClient(config);
    this.#streams = new DynamoDBStreamsClient(config);
  }

  /** Functions start with their first invocation. @throws LocalDeploymentError when something cannot be deployed. */
  static async start(options: DeploymentOptions): Promise<LocalDeployment> {
    const deployment = new LocalDeployment(options, await LocalQueues.start());
    try {
      for (const type of inOrder)
        for (const entry of deployment.#resources(type)) await deployment.#deploy(type, entry);
      return deployment;
    } catch (error) {
      await deployment.close();
      throw error;
    }
  }

  /** Where the app answers, without a slash at its end. @throws Error when the templates have no URL. */
  get url(): string {
    if (!this.#url) throw new Error("The templates have no AWS::Lambda::Url.");
    return this.#url.address;
  }

  /** By name, such as `counter-http`. @throws Error when there is none of that name. */
  function(name: string): LocalFunction {
    const found = this.#functions.get(name);
    if (!found) throw new Error(`There is no function ${name}. There are: ${[...this.#functions.keys()].join(", ")}.`);
    return found.function;
  }

  get functions(): readonly LocalFunction[] {
    return [...this.#functions.values()].map((deployed) => deployed.function);
  }

  get queues(): LocalQueues {
    return this.#queues;
  }

  /** Batches that event source mappings have delivered, repetitions included. */
  get delivered(): number {
    return this.#mappings.reduce((sum, { delivered }) => sum + delivered, 0);
  }

  /** Types of resources that are not run here, such as alarms. */
  get ignored(): readonly string[] {
    const types = this.#options.templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
    return [...new Set(types)].filter((type) => !inOrder.includes(type as RunType)).toSorted();
  }

  /** Ends everything, whatever is under way. */
  async close(): Promise<void> {
    for (const rule of this.#rules) rule.stop();
    await this.#url?.close();
    const functions = [...this.#functions.values()];
    const stopped = [...this.#mappings, ...functions.map(({ asynchronous }) => asynchronous)].map((one) => one.stop());
    await Promise.all(this.functions.map((local) => local.close()));
    await Promise.all(stopped);
    await this.#queues.close();
    this.#tables.destroy();
    this.#streams.destroy();
  }

  /** Queues last that name another one. */
  #resources(type: RunType): readonly (readonly [string, Resource])[] {
    const found = this.#options.templates.flatMap(({ Resources }) => Object.entries(Resources));
    const ofType = found.filter(([, { Type }]) => Type === type);
    return ofType.toSorted(([, one], [, other]) => redrives(one) - redrives(other));
  }

  #deploy(type: RunType, entry: readonly [string, Resource]): Promise<void> | void {
    switch (type) {
      case "AWS::DynamoDB::Table":
        return deployTable(this.#tables, this.#values, entry);
      case "AWS::SQS::Queue":
        return this.#queues.deploy(this.#values, entry);
      case "AWS::Lambda::Function":
        return this.#deployFunction(entry);
      case "AWS::Lambda::Url":
        return this.#openUrl(entry);
      case "AWS::Lambda::EventSourceMapping":
        return this.#startMapping(entry);
      case "AWS::Events::Rule":
        return this.#startRule(entry);
    }
  }

  #deployFunction(entry: readonly [string, Resource]): void {
    const { dynamoDbEndpoint, environment = {} } = this.#options;
    const deployed = deployFunction(this.#options, this.#values, entry, {
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
      AWS_ENDPOINT_URL_SQS: this.#queues.endpoint,
      ...environment,
    });
    this.#functions.set(deployed.name, deployed);
  }

  async #openUrl([id, { Properties }]: readonly [string, Resource]): Promise<void> {
    const { invoke } = this.#functionOf(this.#values.resolve(Properties.TargetFunctionArn));
    const { port } = this.#options;
    this.#url = await FunctionUrl.open({ invoke, ...(port !== undefined && { port }) });
    this.#values.deployed(id, { FunctionUrl: `${this.#url.address}/` });
  }

  #startMapping([, { Properties }]: readonly [string, Resource]): void {
    const settings = this.#values.resolve<Parameters<typeof deployMapping>[0]>(Properties);
    const { invoke } = this.#functionOf(settings.FunctionName);
    const { again } = this.#options.disturbances ?? {};
    const parts = { invoke, queues: this.#queues, streams: this.#streams, ...(again && { again }) };
    const mapping = deployMapping(settings, parts);
    mapping.start();
    this.#mappings.push(mapping);
  }

  #startRule([, { Properties }]: readonly [string, Resource]): void {
    const settings = this.#values.resolve<Parameters<typeof deployRule>[0]>(Properties);
    this.#rules.push(...deployRule(settings, (target) => this.#functionOf(target).asynchronous));
  }

  /** By name or ARN. */
  #functionOf(nameOrArn: string): DeployedFunction {
    const name = nameOrArn.split(":").at(-1) ?? "";
    const found = this.#functions.get(name);
    if (!found)
      throw new LocalDeploymentError("unsupported-template", `The templates do not define the function ${nameOrArn}.`);
    return found;
  }
}

function redrives({ Properties }: Resource): number {
  return Properties.RedrivePolicy === undefined ? 0 : 1;
}

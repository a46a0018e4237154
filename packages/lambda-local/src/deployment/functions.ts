/** Functions of a template, and how they are invoked. */
import type { Invoked } from "../copy/invoked.ts";
import { LocalDeploymentError } from "../errors.ts";
import { AsynchronousInvocations } from "../function/asynchronous-invocations.ts";
import { LocalFunction } from "../function/local-function.ts";
import type { DeploymentOptions } from "./local-deployment.ts";
import { accountId, type Resource, region, type TemplateValues } from "./template-values.ts";

export interface DeployedFunction {
  readonly name: string;
  readonly function: LocalFunction;
  readonly invoke: (event: unknown) => Promise<Invoked>;
  readonly asynchronous: AsynchronousInvocations;
}

/** Copies of a function that has reserved none: what this machine gives, where an account gives a thousand. */
const unreserved = 10;

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

/** `environment` is over what the template says. @throws LocalDeploymentError `missing-export` */
export function deployFunction(
  { client, bundle, onOutput, disturbances = {} }: DeploymentOptions,
  values: TemplateValues,
  [id, { Properties }]: readonly [string, Resource],
  environment: Readonly<Record<string, string>>,
): DeployedFunction {
  const settings = settingsOf(values, Properties);
  const { FunctionName: name, Handler: handler, MemorySize: memoryMb, Timeout, Environment } = settings;
  const wanted = handler.split(".").at(-1) ?? "";
  if (!bundle.exports.includes(wanted)) throw missingExport(wanted, bundle.exports);
  const local = new LocalFunction({
    ...{ client, root: bundle.root, name, handler, memoryMb },
    concurrency: settings.ReservedConcurrentExecutions ?? unreserved,
    timeoutMs: Timeout * 1_000,
    environment: { ...Environment?.Variables, ...environment },
    ...(onOutput && { onOutput: (text: string) => onOutput(name, text) }),
  });
  values.deployed(id, { Ref: name, Arn: `arn:aws:lambda:${region}:${accountId}:function:${name}` });
  const invoke = (event: unknown) => local.invoke(event, disturbances.timeFor?.(name));
  const { again } = disturbances;
  return {
    name,
    function: local,
    invoke,
    asynchronous: new AsynchronousInvocations({ invoke, ...(again && { again }) }),
  };
}

function settingsOf(values: TemplateValues, properties: Resource["Properties"]): FunctionProperties {
  const wanted = ["FunctionName", "Handler", "MemorySize", "Timeout", "ReservedConcurrentExecutions", "Environment"];
  return values.resolve(Object.fromEntries(Object.entries(properties).filter(([name]) => wanted.includes(name))));
}

function missingExport(wanted: string, exports: readonly string[]): LocalDeploymentError {
  return new LocalDeploymentError(
    "missing-export",
    `expected an export \`${wanted}\`, since the topology has that function; found ${exports.join(", ") || "none"}. Export it, or take it out of the topology.`,
  );
}

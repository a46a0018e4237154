/** The command `lambda`: runs the app's functions on this machine as Lambda does, as its topology deploys them. */
import { once } from "node:events";
import type { BundleFolder, DeploymentOptions, LocalDeployment } from "@foldstream/lambda-local";
import { UsageError } from "../errors.ts";
import type { Command, CommandResult, RunOptions } from "./command.ts";
import { installed } from "./installed.ts";
import { synthesized } from "./synth.ts";

export interface LambdaSettings {
  readonly config: string;
  /** The module that exports the functions. */
  readonly entry: string;
  readonly port: number;
  /** Takes what there is to read while it runs. */
  readonly print: (line: string) => void;
}

export function lambda(settings: LambdaSettings): Command {
  return {
    name: "lambda",
    afterStop: "Nothing is kept, unless DYNAMODB_ENDPOINT names a server that does.",
    async run(options) {
      const { stacks } = await synthesized(settings.config);
      settings.print(`Bundling ${settings.entry}`);
      const { bundleFolder } = await installed(
        import("@foldstream/lambda-local"),
        "lambda",
        "@foldstream/lambda-local",
      );
      const bundle = await bundleFolder(settings.entry, conditionsHere()).catch((cause: Error) => {
        throw new UsageError(`${settings.entry} cannot be bundled. ${cause.message}`, { cause });
      });
      try {
        return await served(settings, Object.values(stacks), bundle, options);
      } finally {
        await bundle.remove();
      }
    },
  };
}

async function served(
  settings: LambdaSettings,
  templates: DeploymentOptions["templates"],
  bundle: BundleFolder,
  { signal }: RunOptions,
): Promise<CommandResult> {
  const { LocalDeployment, runtimeClient } = await import("@foldstream/lambda-local");
  const dynamoDb = await startedDynamoDb();
  settings.print(`Deploying to DynamoDB at ${dynamoDb.endpoint}`);
  try {
    const client = runtimeClient();
    const deployment = await LocalDeployment.start({
      templates,
      client,
      bundle,
      dynamoDbEndpoint: dynamoDb.endpoint,
      port: settings.port,
      onOutput: (name, text) => settings.print(`${name}: ${text.trimEnd()}`),
    }).catch(explained(settings));
    for (const line of banner(deployment, client.name)) settings.print(line);
    if (signal && !signal.aborted) await once(signal, "abort");
    return await stopped(deployment);
  } finally {
    await dynamoDb.close();
  }
}

/** @throws UsageError when there is no DynamoDB here. */
async function startedDynamoDb() {
  const name = "@foldstream/dynamodb-local";
  const { startDynamoDb, whyNoDynamoDb } = await installed(import("@foldstream/dynamodb-local"), "lambda", name);
  const missing = whyNoDynamoDb();
  if (missing) throw new UsageError(`lambda needs a DynamoDB on this machine: there is ${missing}.`);
  return startDynamoDb();
}

function explained({ port, entry }: LambdaSettings): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (cause.code === "EADDRINUSE") throw new UsageError(`Port ${port} is taken. Choose another: --port.`, { cause });
    if (cause.code === "missing-export") throw new UsageError(`${entry}: ${cause.message}`, { cause });
    throw cause;
  };
}

function banner(deployment: LocalDeployment, clientName: string): readonly string[] {
  const queues = Object.entries(deployment.queues.urls);
  return [
    `The app answers at ${deployment.url}`,
    `Functions, run by ${clientName}: ${deployment.functions.map(({ name }) => name).join(", ")}`,
    ...queues.map(([name, url]) => `Queue ${name}: ${url}`),
    `Not run here: ${deployment.ignored.join(", ")}`,
    "Ctrl-C ends it.",
  ];
}

async function stopped(deployment: LocalDeployment): Promise<CommandResult> {
  const { url, functions, delivered } = deployment;
  const counts = functions.map(({ name, cold, throttled, cutOff }) => ({ name, cold, throttled, cutOff }));
  await deployment.close();
  return { text: "Stopped.", json: { url, functions: counts, batches: delivered } };
}

/** So that a bundle has the files of packages that this process has. */
function conditionsHere(): readonly string[] {
  return process.execArgv.flatMap((flag) => /^--conditions=(.+)$/.exec(flag)?.[1] ?? []);
}

/** The command `synth`: writes the CloudFormation templates of the topology that a module exports. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckReport, Synthesized, Topology } from "@foldstream/cloudformation";
import { loadModule } from "../engine/config-module.ts";
import { UsageError } from "../errors.ts";
import { checksText, isPassed } from "../output/checks-text.ts";
import type { Command, CommandResult } from "./command.ts";

export interface SynthSettings {
  readonly config: string;
  /** Folder for the templates. */
  readonly out: string;
}

export function synth({ config, out }: SynthSettings): Command {
  return {
    name: "synth",
    afterStop: "Run the same command again.",
    async run() {
      const { stacks, check } = await synthesized(config);
      await mkdir(out, { recursive: true });
      const files = Object.entries(stacks).map(([name, template]) => ({
        name,
        file: join(out, `${name}.json`),
        template,
      }));
      for (const { file, template } of files) await writeFile(file, `${JSON.stringify(template, null, 2)}\n`);
      const checks = await check(stacks);
      return written(
        files.map(({ name, file, template }) => ({ name, file, resources: countOf(template) })),
        checks,
        reservedBy(Object.values(stacks)),
      );
    },
  };
}

interface Checkable extends Synthesized {
  readonly check: (stacks: Synthesized["stacks"]) => Promise<readonly CheckReport[]>;
}

/** @throws UsageError that says what to change. */
export async function synthesized(config: string): Promise<Checkable> {
  const topology = await topologyOf(config);
  const { checkTemplates, synthesize } = await cloudFormation();
  try {
    return { ...synthesize(topology), check: checkTemplates };
  } catch (error) {
    throw await topologyProblem(error, config);
  }
}

/** The `topology` that a module exports. @throws UsageError */
export async function topologyOf(config: string): Promise<Topology> {
  const { topology } = await loadModule(config);
  if (typeof topology === "object" && topology !== null) return topology as Topology;
  throw new UsageError(`${config} exports no \`topology\`. Export one, such as { name: "counter" }.`);
}

/** What cannot be deployed was called wrongly. */
export async function topologyProblem(error: unknown, config: string): Promise<unknown> {
  const { isTopologyError } = await cloudFormation();
  return isTopologyError(error) ? new UsageError(`${config}: ${error.message}`, { cause: error }) : error;
}

function cloudFormation(): Promise<typeof import("@foldstream/cloudformation")> {
  return import("@foldstream/cloudformation").catch((cause: unknown) => {
    const name = "@foldstream/cloudformation";
    throw new UsageError(`A topology needs ${name}. Install it: npm install ${name}`, { cause });
  });
}

function countOf({ Resources }: Synthesized["stacks"][string]): number {
  return Object.keys(Resources).length;
}

/** Copies of functions that the account may run at the same time, and sets apart for these. */
function reservedBy(templates: readonly Synthesized["stacks"][string][]): number {
  return templates
    .flatMap(({ Resources }) => Object.values(Resources))
    .reduce((sum, { Properties }) => sum + Number(Properties.ReservedConcurrentExecutions ?? 0), 0);
}

/** AWS lets nobody reserve these (AWS Lambda Developer Guide, "Configuring reserved concurrency"). */
const neverReserved = 100;

interface Written {
  readonly name: string;
  readonly file: string;
  readonly resources: number;
}

function written(stacks: readonly Written[], checks: readonly CheckReport[], reserved: number): CommandResult {
  const lines = stacks.map(({ file, resources }) => `${file}: ${resources} resources`);
  const deploy = stacks.map(
    ({ name, file }) => `  aws cloudformation deploy --stack-name ${name} --template-file ${file}`,
  );
  const [state, app] = deploy;
  const parameters =
    "--s3-bucket <bucket> --capabilities CAPABILITY_IAM --parameter-overrides CodeBucket=<bucket> CodeKey=<key> LogStreamArn=<arn>";
  return {
    ok: checks.every(isPassed),
    text: [
      ...lines,
      "",
      checksText(checks),
      "",
      "Deploy them in this order, once the bundle is in a bucket. LogStreamArn is an output of the first.",
      state,
      `${app} ${parameters}`,
      "",
      `Functions reserve ${reserved} concurrent executions, so the account's quota must be ${neverReserved + reserved} or more. New accounts have less:`,
      "  aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions",
    ].join("\n"),
    json: { stacks, checks, reserved },
  };
}

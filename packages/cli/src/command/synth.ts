/** The command `synth`: writes the CloudFormation templates of the topology that a module exports. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Synthesized, Topology } from "@foldstream/cloudformation";
import { loadModule } from "../engine/config-module.ts";
import { UsageError } from "../errors.ts";
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
      const { stacks } = await synthesized(config);
      await mkdir(out, { recursive: true });
      const files = Object.entries(stacks).map(([name, template]) => ({
        name,
        file: join(out, `${name}.json`),
        template,
      }));
      for (const { file, template } of files) await writeFile(file, `${JSON.stringify(template, null, 2)}\n`);
      return written(files.map(({ name, file, template }) => ({ name, file, resources: countOf(template) })));
    },
  };
}

async function synthesized(config: string): Promise<Synthesized> {
  const { topology } = await loadModule(config);
  if (typeof topology !== "object" || topology === null)
    throw new UsageError(`${config} exports no \`topology\`. Export one, such as { name: "counter" }.`);
  const { isTopologyError, synthesize } = await import("@foldstream/cloudformation").catch((cause: unknown) => {
    const name = "@foldstream/cloudformation";
    throw new UsageError(`synth needs ${name}. Install it: npm install ${name}`, { cause });
  });
  try {
    return synthesize(topology as Topology);
  } catch (error) {
    throw isTopologyError(error) ? new UsageError(`${config}: ${error.message}`, { cause: error }) : error;
  }
}

function countOf({ Resources }: Synthesized["stacks"][string]): number {
  return Object.keys(Resources).length;
}

interface Written {
  readonly name: string;
  readonly file: string;
  readonly resources: number;
}

function written(stacks: readonly Written[]): CommandResult {
  const lines = stacks.map(({ file, resources }) => `${file}: ${resources} resources`);
  const deploy = stacks.map(
    ({ name, file }) => `  aws cloudformation deploy --stack-name ${name} --template-file ${file}`,
  );
  const [state, app] = deploy;
  const parameters =
    "--s3-bucket <bucket> --capabilities CAPABILITY_IAM --parameter-overrides CodeBucket=<bucket> CodeKey=<key> LogStreamArn=<arn>";
  return {
    text: [
      ...lines,
      "",
      "Deploy them in this order, once the bundle is in a bucket. LogStreamArn is an output of the first.",
      state,
      `${app} ${parameters}`,
    ].join("\n"),
    json: { stacks },
  };
}

/** The command line: what can be asked, in which words. */

import { CommanderError, InvalidArgumentError, Command as Program } from "commander";
import { createLogUpdate } from "log-update";
import { backup, verify } from "./command/backups.ts";
import type { Command } from "./command/command.ts";
import { migrate, restore } from "./command/copies.ts";
import { type CostSettings, cost } from "./command/cost.ts";
import { lambda } from "./command/lambda.ts";
import { parked, redrive } from "./command/parking.ts";
import { type RebuildSettings, rebuild } from "./command/rebuild.ts";
import { status } from "./command/status.ts";
import { type SynthSettings, synth } from "./command/synth.ts";
import { type VerifySettings, verifyCopies } from "./command/verify-copies.ts";
import { usualConfig } from "./command/with-app.ts";
import { whatToGive } from "./engine/open-engine.ts";
import { isUsageError } from "./errors.ts";
import { exitCodes, runCommand } from "./run-command.ts";

/** Runs the command line. Resolves with the exit code: 0 done, 1 failed, stopped or found problems, 2 called wrongly. */
export async function run(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = programOf(async (command, json) => {
    code = await runCommand(command, { json });
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (!isUsageError(error)) throw error;
    process.stderr.write(`foldstream: ${error.message}\n`);
    return exitCodes.usage;
  }
}

type Start = (command: Command, json: boolean) => Promise<void>;

interface Json {
  readonly json?: boolean;
}

function programOf(start: Start): Program {
  const program = new Program("foldstream").exitOverride();
  program.description(
    "Moves, backs up, restores and verifies the log of a Foldstream application; verifies and rebuilds its read models; writes what deploys it, and what that costs.",
  );
  program.addHelpText("after", `\nEngines: ${whatToGive()}`);
  program.showSuggestionAfterError().showHelpAfterError("Run foldstream --help to see what there is.");
  addMigrate(program, start);
  addBackup(program, start);
  addRestore(program, start);
  addVerify(program, start);
  addRebuild(program, start);
  addParked(program, start);
  addRedrive(program, start);
  addStatus(program, start);
  addSynth(program, start);
  addCost(program, start);
  addLambda(program, start);
  return program;
}

const concurrency = [
  "--concurrency <count>",
  "appends on their way at the same time (default: 512)",
  atLeastOne,
] as const;
const json = ["--json", "print the result as JSON"] as const;

function addMigrate(program: Program, start: Start): void {
  program
    .command("migrate")
    .description("Copy a whole log into another engine, and compare. Run it again to go on, or to copy what is new.")
    .requiredOption("--from <engine>", "the engine to copy from; nothing should write to it meanwhile")
    .requiredOption("--to <engine>", "the engine to copy to: empty, or begun by an earlier run")
    .option(...concurrency)
    .option(...json)
    .action((options: Parameters<typeof migrate>[0] & Json) => start(migrate(options), options.json === true));
}

function addBackup(program: Program, start: Start): void {
  program
    .command("backup")
    .description("Write a whole log into one compressed file.")
    .requiredOption("--engine, --config <engine>", "the engine to back up; it may be at work")
    .option(...json)
    .argument("<file>", "where to; an older backup there is replaced once the new one is whole")
    .action((file: string, options: Parameters<typeof backup>[1] & Json) =>
      start(backup(file, options), options.json === true),
    );
}

function addRestore(program: Program, start: Start): void {
  program
    .command("restore")
    .description("Copy a backup into an engine, and compare. A damaged file is refused before anything is written.")
    .requiredOption("--engine, --config <engine>", "the engine to fill: empty, or begun by an earlier run")
    .option(...concurrency)
    .option(...json)
    .argument("<file>", "the backup")
    .action((file: string, options: Parameters<typeof restore>[1] & Json) =>
      start(restore(file, options), options.json === true),
    );
}

interface StatusOptions extends Json {
  readonly config: string;
  readonly once?: boolean;
}

interface VerifyOptions extends VerifySettings, Json {}

function addVerify(program: Program, start: Start): void {
  program
    .command("verify")
    .description("Compare every read model with the log, row by row; or, given a file, check that a backup is whole.")
    .option("--config <module>", "the module that exports `app` and `engine`", usualConfig)
    .option("--projection <name...>", "only these read models")
    .option("--sample <percent>", "only so many of the rows, chosen by chance", percent)
    .option("--repair", "write what the log gives where something else was found")
    .option("--dry-run", "with --repair: only tell what would be written")
    .option(...json)
    .argument("[file]", "a backup")
    .action((file: string | undefined, { json: asJson, ...settings }: VerifyOptions) =>
      start(file === undefined ? verifyCopies(settings) : verify(file), asJson === true),
    );
}

function percent(text: string): number {
  const share = Number(text.replace(/%$/, ""));
  if (share > 0 && share <= 100) return share;
  throw new InvalidArgumentError("Expected a percentage above 0, at most 100.");
}

function addRebuild(program: Program, start: Start): void {
  program
    .command("rebuild")
    .description(
      "Build a read model from the first event, beside the one that serves. Run it again to go on. A raised version serves once it is built.",
    )
    .option("--config <module>", "the module that exports `app` and `engine`", usualConfig)
    .option("--rate <events>", "events a second, at most", atLeastOne)
    .option("--compare", "compare it with the one that serves once it is built, row by row, and do not switch")
    .option("--switch", "serve from it once it is built")
    .option("--rollback", "serve from the build that served before")
    .option("--drop", "delete the builds that do not serve")
    .option(...json)
    .argument("<projection>", "its name")
    .action((projection: string, { json: asJson, ...settings }: RebuildSettings & Json) =>
      start(rebuild(projection, settings), asJson === true),
    );
}

function addParked(program: Program, start: Start): void {
  whichStreams(program.command("parked"))
    .description("List what projections and policies have set aside, and why.")
    .action((options: Parameters<typeof parked>[0] & Json) => start(parked(options), options.json === true));
}

function addRedrive(program: Program, start: Start): void {
  whichStreams(program.command("redrive"))
    .description(
      "Bring in what parked streams wait with, in order, and have policies try again what they gave up. Run it again to go on.",
    )
    .option("--all", "everything that is parked")
    .option("--dry-run", "write nothing, and tell what would become of it")
    .action((options: Parameters<typeof redrive>[0] & Json) => start(redrive(options), options.json === true));
}

function addStatus(program: Program, start: Start): void {
  program
    .command("status")
    .description(
      "Tell how each projection and policy does, wherever it runs. On a terminal every second, until Ctrl-C.",
    )
    .option("--config <module>", "the module that exports `app` and `engine`", usualConfig)
    .option("--once", "tell it once")
    .option(...json)
    .action(async ({ config, once, json: asJson }: StatusOptions) => {
      const isLive = process.stdout.isTTY && !once && !asJson;
      await start(status({ config, ...(isLive && { screen: createLogUpdate(process.stdout) }) }), asJson === true);
    });
}

function addSynth(program: Program, start: Start): void {
  program
    .command("synth")
    .description(
      "Write the CloudFormation templates of the app on AWS Lambda, and have the checkers that are here look at them.",
    )
    .option("--config <module>", "the module that exports `topology`", usualConfig)
    .option("--out <folder>", "where to", "cloudformation")
    .option(...json)
    .action((options: SynthSettings & Json) => start(synth(options), options.json === true));
}

function addCost(program: Program, start: Start): void {
  program
    .command("cost")
    .description("Tell what the app costs on AWS in a month, and which quota it meets first.")
    .requiredOption("--profile <file>", "the traffic: commands, events, queries, as JSON")
    .option(
      "--config <module>",
      `the module that exports \`topology\` (default: ${usualConfig}, here or beside the profile)`,
    )
    .option("--region <name>", "whose prices, of those that come along", "us-east-1")
    .option("--prices <file>", "a price list of your own, as JSON")
    .option("--measure", "take the sizes of events from the log of the `engine` that the module exports")
    .option("--explain", "list each figure: quantity, price, amount, and where they are from")
    .option("--against <file>", "what an earlier run printed with --json: tell the difference")
    .option(
      "--fail-above <limit>",
      "exit with 1 if a month costs more than that; with --against: more than that more",
      limit,
    )
    .option(...json)
    .action(({ json: asJson, ...settings }: CostSettings & Json) => start(cost(settings), asJson === true));
}

function limit(text: string): CostSettings["failAbove"] {
  const [, amount, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (amount !== undefined) return { amount: Number(amount), inPercent: percent === "%" };
  throw new InvalidArgumentError("Expected an amount such as 20, or with --against a percentage such as 10%.");
}

interface LambdaOptions extends Json {
  readonly config: string;
  readonly entry: string;
  readonly port: number;
}

function addLambda(program: Program, start: Start): void {
  program
    .command("lambda")
    .description("Run the app's functions on this machine as AWS Lambda does, until Ctrl-C. No account, no Docker.")
    .option("--config <module>", "the module that exports `topology`", usualConfig)
    .option("--entry <module>", "the module that exports the functions", "./functions.ts")
    .option("--port <number>", "where the function `http` answers", atLeastOne, 3000)
    .option(...json)
    .action(({ json: asJson = false, ...options }: LambdaOptions) => {
      const print = (line: string) => void (asJson ? process.stderr : process.stdout).write(`${line}\n`);
      return start(lambda({ ...options, print }), asJson);
    });
}

function whichStreams(command: Program): Program {
  return command
    .option("--config <module>", "the module that exports `app` and `engine`", usualConfig)
    .option("--projection <name>", "only of this projection")
    .option("--policy <name>", "only of this policy")
    .option("--stream <name>", "only this stream, such as order-42")
    .option("--aggregate <name>", "only streams of this aggregate")
    .option("--error <text>", "only streams whose error contains this text")
    .option(...json);
}

function atLeastOne(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("Expected a whole number from 1.");
}

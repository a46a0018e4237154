/** `npm run bench -- <question>`: measures one question and prints a table, or JSON. */
import { openEngine } from "./engines/open-engine.ts";
import { environment } from "./environment.ts";
import { measure } from "./measure.ts";
import { type BenchOptions, readOptions, UsageError, usage } from "./options.ts";
import { runPeers } from "./peers/run.ts";
import { runTrend } from "./peers/run-trend.ts";
import { runProfile } from "./profile/run.ts";
import { questions } from "./questions.ts";
import { runScale } from "./scale/run.ts";
import { table } from "./table.ts";

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  if (first === "peers") return runPeers(others);
  if (first === "profile") return runProfile(others);
  if (first === "scale") return runScale(others);
  if (first === "trend") return runTrend(others);
  const options = readOptions(process.argv.slice(2));
  if (options === "help") return console.log(usage);
  if (options === "list")
    return console.log(
      questions
        .map(({ name, about, engines }) => `${name.padEnd(14)}${about}${engines[1] ? ` (${engines.join(", ")})` : ""}`)
        .join("\n"),
    );
  const { question, size, json } = options;
  const why = question.unavailable?.();
  if (why) throw new UsageError(`${question.name} cannot be answered here: ${why}.`);
  const result = await answered(options);
  if (result.environment.filesystem === "tmpfs")
    console.error(`${size.folder} is in memory, where a commit waits for no disk: choose a folder with --data.`);
  console.log(json ? JSON.stringify(result, null, 2) : table(result));
}

/** The engine's server, if it has one, runs as long as this does. */
async function answered({ question, engine: name, size }: BenchOptions) {
  const engine = await openEngine(name, size.folder);
  try {
    const conditions = environment(size.folder, question.ownEngine ?? engine.conditions);
    const subjects = question.subjects(size, engine);
    const rows = await measure(subjects, size, (line) => console.error(`${question.name}, ${line}`));
    return { question: question.name, environment: conditions, rows };
  } finally {
    await question.stop?.();
    await engine.stop();
  }
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

/** `npm run bench -- <question>`: measures one question and prints a table, or JSON. */
import { environment } from "./environment.ts";
import { measure } from "./measure.ts";
import { readOptions, UsageError, usage } from "./options.ts";
import { questions } from "./questions.ts";
import { table } from "./table.ts";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") return console.log(usage);
  if (options === "list")
    return console.log(questions.map(({ name, about }) => `${name.padEnd(14)}${about}`).join("\n"));
  const { question, size, json } = options;
  const why = question.unavailable?.();
  if (why) throw new UsageError(`${question.name} cannot be answered here: ${why}.`);
  const conditions = environment(size.folder);
  if (conditions.filesystem === "tmpfs")
    console.error(`${size.folder} is in memory, where a commit waits for no disk: choose a folder with --data.`);
  const subjects = await question.subjects(size);
  const rows = await measure(subjects, size, (line) => console.error(`${question.name}, ${line}`));
  const result = { question: question.name, environment: conditions, rows };
  console.log(json ? JSON.stringify(result, null, 2) : table(result));
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

/** `npm run bench -- <question>`: measures one question and prints a table, or JSON. */
import { parseArgs } from "node:util";
import { nearest } from "foldstream";
import { environment } from "./environment.ts";
import { measure } from "./measure.ts";
import { questions } from "./questions.ts";
import { table } from "./table.ts";

const usage = `npm run bench -- --list
npm run bench -- <question> [--json] [--scale 1] [--runs 3]

  --scale N   how much work: 1 is a real run, 0.01 a quick look
  --runs N    repetitions; medians are reported`;

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: flag, json: flag, help: flag, scale: { ...text, default: "1" }, runs: { ...text, default: "3" } },
  });
  const [name] = positionals;
  if (values.help) return print(usage);
  if (values.list || name === undefined)
    return print(questions.map((question) => `${question.name.padEnd(14)}${question.about}`).join("\n"));
  const question = questions.find((known) => known.name === name);
  if (!question) throw new Error(unknownQuestion(name));
  const size = { scale: positive("--scale", values.scale), runs: Math.ceil(positive("--runs", values.runs)) };
  const rows = await measure(await question.subjects(size), size, (line) => console.error(`${name}, ${line}`));
  const result = { question: name, environment: environment(), rows };
  return print(values.json ? JSON.stringify(result, null, 2) : table(result));
}

function print(text: string): number {
  console.log(text);
  return 0;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`${flag} must be a positive number, found "${text}".`);
}

function unknownQuestion(name: string): string {
  const known = questions.map((question) => question.name);
  const [hint] = nearest(name, known);
  return `No question is named "${name}".${hint ? ` Did you mean "${hint}"?` : ""} Known: ${known.join(", ")}.`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

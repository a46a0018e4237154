/** The flags of `npm run bench`. */
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "foldstream";
import type { EngineName } from "./engines/bench-engine.ts";
import { engineNames } from "./engines/open-engine.ts";
import type { Question, Size } from "./question.ts";
import { questions } from "./questions.ts";

export interface BenchOptions {
  readonly question: Question;
  readonly engine: EngineName;
  readonly size: Size;
  readonly json: boolean;
}

const usualRuns = 3;

export const usage = `npm run bench -- --list
npm run bench -- <question> [options]
npm run bench -- peers --help     beside other libraries
npm run bench -- scale --help     what grows with the log
npm run bench -- profile --help   where the time goes

  --engine E    ${engineNames.join(" or ")} (default: sqlite)
  --json        the result as JSON; progress goes to the error output
  --scale N     how much work: 1 is a real run (the default), 0.01 a quick look
  --runs N      repetitions of each subject, of which medians are reported (default: ${usualRuns}; cold-start: 15)
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --help        this text`;

/** Something on the command line that cannot be used. */
export class UsageError extends Error {}

const flag = { type: "boolean", default: false } as const;
const text = (byDefault: string) => ({ type: "string", default: byDefault }) as const;
const maybe = { type: "string" } as const;
const flags = {
  ...{ list: flag, json: flag, help: { ...flag, short: "h" } },
  ...({ scale: text("1"), runs: maybe, data: text(tmpdir()), engine: maybe } as const),
};

/** @throws UsageError */
export function readOptions(args: readonly string[]): BenchOptions | "help" | "list" {
  const { values, positionals } = orUsage(usage, () =>
    parseArgs({ args: [...args], allowPositionals: true, options: flags }),
  );
  if (values.help) return "help";
  const [name, second] = positionals;
  if (values.list || name === undefined) return "list";
  if (second !== undefined) throw new UsageError(`One question at a time: "${name}" or "${second}".`);
  const question = questionNamed(name);
  const size = {
    scale: positive("--scale", values.scale),
    runs: values.runs === undefined ? (question.runs ?? usualRuns) : whole("--runs", values.runs),
    folder: existingFolder("--data", resolve(values.data)),
  };
  return { question, engine: engineFor(question, values.engine), size, json: values.json };
}

function questionNamed(name: string): Question {
  const question = questions.find((known) => known.name === name);
  if (question) return question;
  const known = questions.map((other) => other.name);
  const [hint] = nearest(name, known);
  throw new UsageError(
    `No question is named "${name}".${hint ? ` Did you mean "${hint}"?` : ""} Known: ${known.join(", ")}.`,
  );
}

function engineFor({ name, engines, ownEngine }: Question, asked: string | undefined): EngineName {
  if (asked === undefined) return engines[0] ?? "sqlite";
  if (ownEngine) throw new UsageError(`${name} is about ${ownEngine.name} alone: leave --engine out.`);
  const known = engines.find((engine) => engine === asked);
  if (known) return known;
  throw new UsageError(`${name} is answered on ${engines.join(" and ")}, found --engine "${asked}".`);
}

/** What is compared, on which engines, how much of it, and where the databases lie meanwhile. */
export interface Comparison<Engine extends string> {
  readonly engines: readonly Engine[];
  readonly scale: number;
  readonly data: string;
}

/** The flags of each comparison. */
export const comparisonFlags = {
  ...{ engine: maybe, only: maybe, scale: text("1"), data: text(tmpdir()) },
  ...({ help: { ...flag, short: "h" } } as const),
};

interface ComparisonValues {
  readonly engine?: string;
  readonly only?: string;
  readonly scale: string;
  readonly data: string;
}

/** `only`: which of `parts`. @throws UsageError */
export function comparisonOf<Engine extends string>(
  values: ComparisonValues,
  engines: readonly Engine[],
  parts: readonly { readonly name: string }[],
): Comparison<Engine> & { readonly only: readonly string[] } {
  return {
    engines: namesAmong("--engine", values.engine, engines),
    only: namesAmong("--only", values.only, namesOf(parts)),
    scale: positive("--scale", values.scale),
    data: existingFolder("--data", resolve(values.data)),
  };
}

export function namesOf(parts: readonly { readonly name: string }[]): string[] {
  return parts.map(({ name }) => name);
}

/** @throws UsageError that ends with `usage` for whatever `parse` throws. */
export function orUsage<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Several with commas; all when none is named. */
export function namesAmong<Name extends string>(
  flag: string,
  asked: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  const names = asked?.split(",") ?? known;
  const unknown = names.find((name) => !known.includes(name as Name));
  if (unknown === undefined) return names as readonly Name[];
  throw new UsageError(`${flag} knows ${known.join(", ")}, found "${unknown}".`);
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${flag} must be a positive number, found "${text}".`);
}

export function whole(flag: string, text: string): number {
  const value = positive(flag, text);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${flag} must be a whole number, found "${text}".`);
}

function existingFolder(flag: string, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UsageError(`${flag} must name a folder that exists, found "${path}".`);
}

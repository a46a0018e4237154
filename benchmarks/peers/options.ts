/** The flags of `npm run bench -- peers`. */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { existingFolder, namesAmong, orUsage, positive, whole } from "../options.ts";
import { libraries } from "./all-libraries.ts";
import { questions } from "./all-questions.ts";
import { type PeerEngine, peerEngines } from "./places/place.ts";

export interface PeerOptions {
  readonly engines: readonly PeerEngine[];
  readonly questions: readonly string[];
  readonly libraries: readonly string[];
  readonly scale: number;
  readonly runs: number;
  /** Where the databases lie meanwhile. */
  readonly data: string;
  readonly json: boolean;
  /** The folder of the report, if one is to be written. */
  readonly report?: string;
}

export const usage = `npm run bench -- peers [options]

  --engine E    ${peerEngines.join(", ")}; several with commas (default: all)
  --only Q      ${questions.map(({ name }) => name).join(", ")}; several with commas (default: all)
  --library L   ${libraries.map(({ name }) => name).join(", ")}; several with commas (default: all)
  --scale N     how much work: 1 is a real run (the default), 0.05 a quick look
  --runs N      repetitions, of which medians are reported (default: 3)
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --report DIR  writes the report with its plots there (benchmarks/report is the one that is kept)
  --json        the result as JSON; progress goes to the error output
  --help        this text`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const flags = {
  ...{ engine: text, only: text, library: text, report: text },
  ...{ scale: { ...text, default: "1" }, runs: { ...text, default: "3" }, data: { ...text, default: tmpdir() } },
  ...{ json: flag, help: { ...flag, short: "h" } },
} as const;

/** @throws UsageError */
export function readPeerOptions(args: readonly string[]): PeerOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  return {
    engines: namesAmong("--engine", values.engine, peerEngines),
    questions: namesAmong(
      "--only",
      values.only,
      questions.map(({ name }) => name),
    ),
    libraries: namesAmong(
      "--library",
      values.library,
      libraries.map(({ name }) => name),
    ),
    scale: positive("--scale", values.scale),
    runs: whole("--runs", values.runs),
    data: existingFolder("--data", resolve(values.data)),
    json: values.json,
    ...(values.report !== undefined && { report: resolve(values.report) }),
  };
}

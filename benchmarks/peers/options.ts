/** The flags of `npm run bench -- peers`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Comparison, comparisonFlags, comparisonOf, namesAmong, namesOf, orUsage, whole } from "../options.ts";
import { libraries } from "./all-libraries.ts";
import { questions } from "./all-questions.ts";
import { type PeerEngine, peerEngines } from "./places/place.ts";

export interface PeerOptions extends Comparison<PeerEngine> {
  readonly questions: readonly string[];
  readonly libraries: readonly string[];
  readonly runs: number;
  readonly json: boolean;
  /** The folder of the report, if one is to be written. */
  readonly report?: string;
}

export const usage = `npm run bench -- peers [options]

  --engine E    ${peerEngines.join(", ")}; several with commas (default: all)
  --only Q      ${namesOf(questions).join(", ")}; several with commas (default: all)
  --library L   ${namesOf(libraries).join(", ")}; several with commas (default: all)
  --scale N     how much work: 1 is a real run (the default), 0.05 a quick look
  --runs N      repetitions, of which medians are reported (default: 3)
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --report DIR  writes the report with its plots there (benchmarks/report is the one that is kept)
  --json        the result as JSON; progress goes to the error output
  --help        this text`;

const text = { type: "string" } as const;
const flags = {
  ...comparisonFlags,
  ...({
    library: text,
    report: text,
    runs: { ...text, default: "3" },
    json: { type: "boolean", default: false },
  } as const),
};

/** @throws UsageError */
export function readPeerOptions(args: readonly string[]): PeerOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  const { only, ...comparison } = comparisonOf(values, peerEngines, questions);
  return {
    ...comparison,
    questions: only,
    libraries: namesAmong("--library", values.library, namesOf(libraries)),
    runs: whole("--runs", values.runs),
    json: values.json,
    ...(values.report !== undefined && { report: resolve(values.report) }),
  };
}

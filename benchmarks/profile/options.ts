/** The flags of `npm run bench -- profile`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Comparison, comparisonFlags, comparisonOf, namesOf, orUsage } from "../options.ts";
import { questions } from "../peers/all-questions.ts";
import { type PeerEngine, peerEngines } from "../peers/places/place.ts";

export interface ProfileOptions extends Comparison<PeerEngine> {
  readonly questions: readonly string[];
  /** The folder that the texts go to; without it they are printed. */
  readonly to?: string;
}

export const usage = `npm run bench -- profile [options]

  --engine E    ${peerEngines.join(", ")}; several with commas (default: all)
  --only Q      ${namesOf(questions).join(", ")}; several with commas (default: all)
  --scale N     how much work: 1 is a real run (the default), 0.05 a quick look
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --to DIR      writes a text for each there (docs/explanation/performance/profiles is the folder that is kept)
  --help        this text`;

const flags = { ...comparisonFlags, ...({ to: { type: "string" } } as const) };

/** @throws UsageError */
export function readProfileOptions(args: readonly string[]): ProfileOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  const { only, ...comparison } = comparisonOf(values, peerEngines, questions);
  return { ...comparison, questions: only, ...(values.to !== undefined && { to: resolve(values.to) }) };
}

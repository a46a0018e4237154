/** The flags of `npm run bench -- profile`. */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { existingFolder, namesAmong, orUsage, positive } from "../options.ts";
import { questions } from "../peers/all-questions.ts";
import { type PeerEngine, peerEngines } from "../peers/places/place.ts";

export interface ProfileOptions {
  readonly engines: readonly PeerEngine[];
  readonly questions: readonly string[];
  readonly scale: number;
  readonly data: string;
  /** The folder that the texts go to; without it they are printed. */
  readonly to?: string;
}

export const usage = `npm run bench -- profile [options]

  --engine E    ${peerEngines.join(", ")}; several with commas (default: all)
  --only Q      ${questions.map(({ name }) => name).join(", ")}; several with commas (default: all)
  --scale N     how much work: 1 is a real run (the default), 0.05 a quick look
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --to DIR      writes a text for each there (docs/explanation/performance/profiles is the folder that is kept)
  --help        this text`;

const text = { type: "string" } as const;
const flags = {
  ...{ engine: text, only: text, to: text },
  ...{ scale: { ...text, default: "1" }, data: { ...text, default: tmpdir() } },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError */
export function readProfileOptions(args: readonly string[]): ProfileOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  return {
    engines: namesAmong("--engine", values.engine, peerEngines),
    questions: namesAmong(
      "--only",
      values.only,
      questions.map(({ name }) => name),
    ),
    scale: positive("--scale", values.scale),
    data: existingFolder("--data", resolve(values.data)),
    ...(values.to !== undefined && { to: resolve(values.to) }),
  };
}

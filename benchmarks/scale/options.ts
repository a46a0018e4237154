/** The flags of `npm run bench -- scale`. */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineName } from "../engines/bench-engine.ts";
import { engineNames } from "../engines/open-engine.ts";
import { existingFolder, namesAmong, orUsage, positive } from "../options.ts";
import { axes } from "./axes.ts";

export interface ScaleOptions {
  readonly engines: readonly EngineName[];
  readonly axes: readonly string[];
  readonly scale: number;
  readonly largest: boolean;
  readonly data: string;
  readonly json: boolean;
  readonly report?: string;
}

export const usage = `npm run bench -- scale [options]

  --engine E    ${engineNames.join(", ")}; several with commas (default: all)
  --only A      ${axes.map(({ name }) => name).join(", ")}; several with commas (default: all)
  --scale N     leaves out sizes larger than this share of the largest (default: 1)
  --largest     also a log of ten million events, which takes some minutes more
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --report DIR  writes the report with its plots there (benchmarks/report/scale is the one that is kept)
  --json        the result as JSON; progress goes to the error output
  --help        this text`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const flags = {
  ...{ engine: text, only: text, report: text },
  ...{ largest: flag, json: flag, help: { ...flag, short: "h" } },
  ...{ scale: { ...text, default: "1" }, data: { ...text, default: tmpdir() } },
} as const;

/** @throws UsageError */
export function readScaleOptions(args: readonly string[]): ScaleOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  const { json, largest } = values;
  return {
    engines: namesAmong("--engine", values.engine, engineNames),
    axes: namesAmong(
      "--only",
      values.only,
      axes.map(({ name }) => name),
    ),
    scale: positive("--scale", values.scale),
    data: existingFolder("--data", resolve(values.data)),
    ...{ json, largest },
    ...(values.report !== undefined && { report: resolve(values.report) }),
  };
}

/** The flags of `npm run bench -- scale`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EngineName } from "../engines/bench-engine.ts";
import { engineNames } from "../engines/open-engine.ts";
import { type Comparison, comparisonFlags, comparisonOf, namesOf, orUsage } from "../options.ts";
import { axes } from "./axes.ts";

export interface ScaleOptions extends Comparison<EngineName> {
  readonly axes: readonly string[];
  readonly largest: boolean;
  readonly json: boolean;
  readonly report?: string;
}

export const usage = `npm run bench -- scale [options]

  --engine E    ${engineNames.join(", ")}; several with commas (default: all)
  --only A      ${namesOf(axes).join(", ")}; several with commas (default: all)
  --scale N     leaves out sizes larger than this share of the largest (default: 1)
  --largest     also a log of ten million events, which takes some minutes more
  --data DIR    where the databases lie meanwhile (default: the system's folder for temporary files)
  --report DIR  writes the report with its plots there (benchmarks/report/scale is the one that is kept)
  --json        the result as JSON; progress goes to the error output
  --help        this text`;

const flag = { type: "boolean", default: false } as const;
const flags = { ...comparisonFlags, ...({ report: { type: "string" }, largest: flag, json: flag } as const) };

/** @throws UsageError */
export function readScaleOptions(args: readonly string[]): ScaleOptions | "help" {
  const { values } = orUsage(usage, () => parseArgs({ args: [...args], options: flags }));
  if (values.help) return "help";
  const { json, largest, report } = values;
  const { only, ...comparison } = comparisonOf(values, engineNames, axes);
  return { ...comparison, axes: only, largest, json, ...(report !== undefined && { report: resolve(report) }) };
}

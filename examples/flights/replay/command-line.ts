/** The flags of `npm run flights`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultEngine, type EngineName, engineNames } from "@foldstream/example-engines";
import { allDepartures } from "./replay-departures.ts";

export interface CommandLine {
  readonly engine: EngineName;
  readonly limit: number;
  /** Folder of the database. */
  readonly data: string;
  readonly check: boolean;
  readonly concurrency: number;
  /** Where to serve the page, if anywhere. */
  readonly port: number | undefined;
}

export const usage = `npm run flights -- [options]

  --engine E       ${engineNames.join(", ")} (default: ${defaultEngine})
  --limit N        how many departures to replay (default: all ${allDepartures.toLocaleString("en")})
  --check          compare every read model with DuckDB's SQL afterwards; exit code 1 on any difference
  --data DIR       folder of the database (default: FOLDSTREAM_DATA, else ./data)
  --port N         serve the page meanwhile, and until Ctrl-C
  --concurrency N  commands in flight (default: 2000)
  --help           this text`;

/** Nothing when the user asked for help. @throws Error that names the flag. */
export function readCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv): CommandLine | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: "string", default: defaultEngine },
      limit: { type: "string" },
      check: { type: "boolean", default: false },
      data: { type: "string" },
      port: { type: "string" },
      concurrency: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  return {
    engine: engineNamed(values.engine),
    limit: wholeNumber("--limit", values.limit, 1, allDepartures) ?? allDepartures,
    data: resolve(values.data ?? environment.FOLDSTREAM_DATA ?? "data"),
    check: values.check,
    concurrency: wholeNumber("--concurrency", values.concurrency, 1, 100_000) ?? 2_000,
    port: wholeNumber("--port", values.port, 0, 65_535),
  };
}

function engineNamed(name: string): EngineName {
  const engine = engineNames.find((known) => known === name);
  if (engine) return engine;
  throw new Error(`--engine must be one of ${engineNames.join(", ")}, found "${name}".`);
}

function wholeNumber(flag: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replaceAll(/[_,]/g, ""));
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${flag} must be a whole number from ${least} to ${most}, found "${text}".`);
}

/** The flags of a replay. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultEngine, type EngineName, engineNames } from "@foldstream/example-engines";

export interface CommandLine {
  readonly engine: EngineName;
  /** How many to replay, from the first one on; absent: all. */
  readonly limit: number | undefined;
  /** Folder of the database. */
  readonly data: string;
  readonly check: boolean;
  readonly concurrency: number | undefined;
  /** Where to serve the page, if anywhere. */
  readonly port: number | undefined;
  /** Where the source is, for replays that are told. */
  readonly file: string | undefined;
}

/** What the flags depend on. */
export interface ReplayFlags {
  readonly app: { readonly name: string };
  readonly what: string;
  readonly all?: number;
  readonly concurrency: number;
  readonly file?: string;
}

export function usageOf({ app, what, all, concurrency, file }: ReplayFlags): string {
  const most = all === undefined ? "all" : `all ${all.toLocaleString("en")}`;
  return `npm run ${app.name} -- [options]
  --engine E       ${engineNames.join(", ")} (default: ${defaultEngine})
  --limit N        how many ${what} to replay (default: ${most})
${file === undefined ? "" : `  --file F         ${file}\n`}  --check          compare every read model with DuckDB's SQL afterwards; exit code 1 on any difference
  --data DIR       folder of the database (default: FOLDSTREAM_DATA, else ./data)
  --port N         serve the page meanwhile, and until Ctrl-C
  --concurrency N  commands in flight (default: ${concurrency})
  --help           this text`;
}

/** Nothing when the user asked for help. @throws Error that names the flag. */
export function readCommandLine(
  { all = Number.MAX_SAFE_INTEGER, file }: ReplayFlags,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): CommandLine | undefined {
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
      ...(file !== undefined && { file: { type: "string" } }),
    },
  });
  if (values.help) return undefined;
  return {
    engine: engineNamed(values.engine),
    limit: wholeNumber("--limit", values.limit, 1, all),
    data: resolve(values.data ?? environment.FOLDSTREAM_DATA ?? "data"),
    check: values.check,
    concurrency: wholeNumber("--concurrency", values.concurrency, 1, 100_000),
    port: wholeNumber("--port", values.port, 0, 65_535),
    file: typeof values.file === "string" ? resolve(values.file) : undefined,
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
  const expected = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new Error(`${flag} must be a whole number ${expected}, found "${text}".`);
}

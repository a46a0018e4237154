/** The flags of `npm start`, and the environment variables behind them. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultEngine, type EngineName, engineNames } from "@foldstream/example-engines";

export interface StartOptions {
  readonly engine: EngineName;
  readonly port: number;
  /** Folder of the databases. */
  readonly data: string;
  /** Departures to replay at start; 0 for none. */
  readonly flights: number;
  /** Invoices to replay at start; 0 for none. */
  readonly invoices: number;
}

export const usage = `npm start -- [options]

  --engine E    ${engineNames.join(", ")} (default: ${defaultEngine}); the latter two are started here, unless DATABASE_URL or
                DYNAMODB_ENDPOINT names one
  --port N      where to listen (default: PORT, else 4000; 0 for any free port)
  --data DIR    folder of the databases (default: FOLDSTREAM_DATA, else ./data)
  --flights N   departures to replay in the background (default: 100000; 0 for none)
  --invoices N  invoices of the shop to replay in the background (default: 1000; 0 for none)
  --help        this text`;

/** A flag or variable that cannot be used. */
export class UsageError extends Error {}

/** Nothing when the user asked for help. @throws UsageError */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    engine: engineNamed(values.engine ?? defaultEngine),
    port: wholeNumber("the port (--port, PORT)", values.port ?? environment.PORT ?? "4000", 65_535),
    data: resolve(values.data ?? environment.FOLDSTREAM_DATA ?? "data"),
    flights: wholeNumber("--flights", values.flights ?? "100000", 3_000_000),
    invoices: wholeNumber("--invoices", values.invoices ?? "1000", 25_900),
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const options = {
      engine: text,
      port: text,
      data: text,
      flights: text,
      invoices: text,
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function engineNamed(name: string): EngineName {
  const engine = engineNames.find((known) => known === name);
  if (engine) return engine;
  throw new UsageError(`Expected --engine to be one of ${engineNames.join(", ")}, found "${name}".\n\n${usage}`);
}

function wholeNumber(what: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new UsageError(`Expected ${what} to be a whole number from 0 to ${most}, found "${text}".\n\n${usage}`);
}

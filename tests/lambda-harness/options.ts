/** What `npm run lambda-harness` can be told. */
import { parseArgs } from "node:util";
import { type FaultKind, faultKinds } from "./faults.ts";
import { loads } from "./loads.ts";

export interface HarnessOptions {
  /** A folder of examples/ with a functions.ts. */
  readonly app: string;
  /** Clients over HTTP, each with one command at a time. */
  readonly clients: number;
  readonly faults: ReadonlySet<FaultKind>;
  /** How long clients begin new commands. */
  readonly seconds: number;
  readonly seed: number;
}

/** @throws Error that says what was expected. */
export function harnessOptions(args: readonly string[]): HarnessOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      app: { type: "string", default: "counter" },
      clients: { type: "string", default: "50" },
      faults: { type: "string", default: "all" },
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      json: { type: "boolean", default: false },
    },
  });
  const known = Object.keys(loads);
  if (!known.includes(values.app)) throw new Error(`--app: expected ${known.join(", ")}, found "${values.app}".`);
  return {
    app: values.app,
    clients: wholeNumber("clients", values.clients),
    faults: faultsOf(values.faults),
    seconds: wholeNumber("seconds", values.seconds),
    seed: wholeNumber("seed", values.seed),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`--${name}: expected a whole number from 1, found "${text}".`);
}

function faultsOf(text: string): ReadonlySet<FaultKind> {
  if (text === "all") return new Set(faultKinds);
  if (text === "none") return new Set();
  const wanted = text.split(",");
  const unknown = wanted.find((kind) => !faultKinds.includes(kind as FaultKind));
  if (unknown === undefined) return new Set(wanted as FaultKind[]);
  throw new Error(`--faults: expected all, none, or some of ${faultKinds.join(",")}; found "${unknown}".`);
}

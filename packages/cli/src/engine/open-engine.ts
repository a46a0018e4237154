/** From what a user typed to an engine. */
import type { Engine } from "foldstream/port";
import { UsageError } from "../errors.ts";
import { engineOfModule } from "./config-module.ts";
import { type EngineScheme, engineSchemes, type Role } from "./engine-scheme.ts";

/** One letter before a colon is a drive, not a scheme. */
const schemePattern = /^([a-z][a-z0-9+-]+):(.*)$/is;

/** @throws UsageError when the text names no engine. It may hold a password, so messages repeat no more than its scheme. */
export async function openEngine(text: string, role: Role, schemes = engineSchemes): Promise<Engine> {
  const [, name, address = ""] = schemePattern.exec(text) ?? [];
  if (name === undefined) return engineOfModule(text);
  const scheme = schemes.find((known) => known.name === name.toLowerCase());
  if (!scheme) throw new UsageError(`No engine is known by "${name}:". ${whatToGive(schemes)}`);
  if (address === "") throw new UsageError(`"${name}:" lacks an address. Write it like ${scheme.example}.`);
  return openBy(scheme, address, role);
}

async function openBy(scheme: EngineScheme, address: string, role: Role): Promise<Engine> {
  try {
    return await scheme.open(address, role);
  } catch (error) {
    if (!isMissing(error, scheme.package)) throw error;
    throw new UsageError(`"${scheme.name}:" needs ${scheme.package}. Install it: npm install ${scheme.package}`, {
      cause: error,
    });
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && message.includes(`'${name}'`);
}

/** What an engine option takes, in one sentence. */
export function whatToGive(schemes = engineSchemes): string {
  const examples = schemes.map(({ example }) => example).join(", ");
  return `Give a module that exports an engine, such as ./foldstream.config.ts or ./engines.ts#production, or ${examples}.`;
}

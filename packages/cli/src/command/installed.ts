/** Packages that only some commands need. */
import { UsageError } from "../errors.ts";

/** @throws UsageError that names what to install. */
export function installed<Module>(module: Promise<Module>, command: string, name: string): Promise<Module> {
  return module.catch((cause: unknown) => {
    throw new UsageError(`${command} needs ${name}. Install it: npm install --save-dev ${name}`, { cause });
  });
}

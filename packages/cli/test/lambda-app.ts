/** A project with a topology and functions, as a user has it: the counter on DynamoDB. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "./files.ts";

const counter = new URL("../../../examples/counter/", import.meta.url).pathname;

export interface LambdaApp {
  readonly config: string;
  readonly entry: string;
}

export function lambdaApp(
  topology = '{ name: "counter", functions: { queue: {} } }',
  functions = `export * from "${counter}functions.ts";`,
): LambdaApp {
  const folder = scratchFolder();
  const config = join(folder, "foldstream.config.ts");
  const entry = join(folder, "functions.ts");
  writeFileSync(config, `export const topology = ${topology};`);
  writeFileSync(entry, functions);
  return { config, entry };
}

/** The repository's own files, for tests about the code. */
import { globSync, readFileSync } from "node:fs";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const ignored = /(^|\/)(node_modules|dist|data|coverage)(\/|$)/;

/** Files below the root that match, without what is installed or built. */
export function files(pattern: string): SourceFile[] {
  return globSync(pattern, { exclude: (path) => ignored.test(path) })
    .filter((path) => !ignored.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

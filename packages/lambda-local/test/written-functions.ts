/** A bundle of a few lines, written where it is needed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Folder with an index.mjs of this code. */
export function writtenFunctions(code: string): string {
  const root = mkdtempSync(join(tmpdir(), "foldstream-lambda-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, "index.mjs"), code);
  return root;
}

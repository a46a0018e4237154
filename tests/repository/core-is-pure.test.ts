import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { files, type SourceFile } from "./sources.ts";

const core = "packages/core/src";
const allowedPackages = ["@standard-schema/spec"];
const impure = [/\bMath\.random\b/, /\bDate\.now\b/, /\bnew Date\(\)/, /\bcrypto\b/];

/** What the core imports from outside itself, and what it uses of time and chance. */
function impurities({ path, text }: SourceFile): string[] {
  const imports = [
    ...text.matchAll(/^(?:import|export|\}) [^"`]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ].map((found) => found[1] ?? found[2] ?? found[3] ?? "");
  const outside = imports.filter((name) =>
    name.startsWith(".") ? !join(dirname(path), name).startsWith(core) : !allowedPackages.includes(name),
  );
  const used = impure.filter((pattern) => pattern.test(withoutComments(text))).map(String);
  return [...outside, ...used].map((what) => `${path}: ${what}`);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

it("imports nothing from outside itself and knows neither time nor chance", () => {
  const sources = files(`${core}/**/*.ts`).filter(({ path }) => !/\.(test|type-test)\.ts$/.test(path));

  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap(impurities)).toEqual([]);
});

it.each([
  ['import { readFileSync } from "node:fs";', "node:fs"],
  ['import * as z from "zod";', "zod"],
  ['export { x } from "../../../http/src/x.ts";', "../../../http/src/x.ts"],
  ["const now = new Date();", "new Date"],
  ["return Math.random();", "random"],
])("has a checker that notices %j", (text, what) => {
  expect(impurities({ path: `${core}/runtime/canary.ts`, text })).toEqual([expect.stringContaining(what)]);
});

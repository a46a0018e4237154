import { dirname } from "node:path";
import { expect, it } from "vitest";
import { files, type SourceFile } from "./sources.ts";

const adapters = [
  "packages/algolia",
  "packages/duckdb",
  "packages/dynamodb",
  "packages/node",
  "packages/opensearch",
  "packages/postgres",
  "packages/s3",
  "packages/sqlite",
];

/** Adapter packages without a test that runs the conformance suites. */
function unproved(packages: readonly string[], tests: readonly SourceFile[]): string[] {
  const proved = tests.filter(({ text }) => text.includes('from "@foldstream/conformance"')).map(({ path }) => path);
  return packages.filter((folder) => !proved.some((path) => path.startsWith(`${folder}/`)));
}

it("proves every adapter by the conformance suites", () => {
  const declared = files("packages/*/package.json")
    .filter(({ text }) => text.includes('"@foldstream/conformance": '))
    .map(({ path }) => dirname(path));

  expect(declared).toEqual(adapters);
  expect(unproved(declared, files("packages/*/src/**/*.test.ts"))).toEqual([]);
});

it("has a checker that notices an adapter without proof", () => {
  expect(unproved(["packages/new"], [{ path: "packages/new/src/x.test.ts", text: "" }])).toEqual(["packages/new"]);
});

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { problems } from "../../packages/http/src/problem.ts";
import { files } from "./sources.ts";

const reference = (name: string) => readFileSync(`docs/reference/${name}.md`, "utf8");

/** What the first column of a page's tables names. */
function namedIn(page: string): Set<string> {
  const cells = [...page.matchAll(/^\| (.*?) \|/gm)].map(([, cell = ""]) => cell);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)/g)].map(([, name = ""]) => name)));
}

function missingFrom(page: string, names: readonly string[]): string[] {
  const named = namedIn(page);
  return names.filter((name) => !named.has(name));
}

/** Members of unions of texts, and codes of classes. */
function codesIn(source: string): string[] {
  const unions = [...source.matchAll(/^export type \w*(?:Code|Problem) =([\s\S]*?);$/gm)].map(([, body = ""]) => body);
  const members = unions.flatMap((body) => [...body.matchAll(/"([\w-]+)"/g)]);
  return [...members, ...source.matchAll(/readonly code = "([\w-]+)"/g)].map(([, code = ""]) => code);
}

/** Fields of interfaces whose values users choose. */
function settingsIn(source: string): string[] {
  const bodies = [...source.matchAll(/^export interface \w*(?:Options|Settings)(?: extends \w+)? \{\n([\s\S]*?)^\}/gm)];
  return bodies.flatMap(([, body = ""]) =>
    [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name),
  );
}

const hosts = [
  "packages/core/src/runtime/settings.ts",
  "packages/core/src/memory/memory-engine.ts",
  "packages/core/src/memory/memory-read-models.ts",
  "packages/sqlite/src/sqlite-engine.ts",
  "packages/postgres/src/postgres-engine.ts",
  "packages/dynamodb/src/dynamodb-engine.ts",
  "packages/s3/src/s3-blob-store.ts",
  "packages/duckdb/src/duckdb-target.ts",
  "packages/opensearch/src/opensearch-target.ts",
  "packages/algolia/src/algolia-target.ts",
  "packages/http/src/options.ts",
  "packages/node/src/serve.ts",
  "packages/client/src/client.ts",
  "packages/transfer/src/copy/copy-log.ts",
  "packages/transfer/src/progress.ts",
];

it("explains every code of every package's errors, and every problem over HTTP", () => {
  const codes = files("packages/*/src/errors.ts").flatMap(({ text }) => codesIn(text));

  expect(codes.length).toBeGreaterThan(25);
  expect(missingFrom(reference("errors"), [...codes, ...Object.keys(problems)])).toEqual([]);
});

it("lists every setting", () => {
  const settings = hosts.flatMap((path) => settingsIn(readFileSync(path, "utf8")));

  expect(settings.length).toBeGreaterThan(45);
  expect(missingFrom(withInner(reference("settings")), settings)).toEqual([]);
});

/** Settings within a setting are named in its last column. */
function withInner(page: string): string {
  return page.replace(/^\| `(?:openapi|live|retry)` .*$/gm, (row) => `${row}\n| ${row.replaceAll("|", " ")} |`);
}

it("lists every command and option of the command line", () => {
  const program = readFileSync("packages/cli/src/program.ts", "utf8");
  const commands = [...program.matchAll(/\.command\("(\w+)"\)/g)].map(([, name]) => `foldstream ${name}`);
  const options = [...program.matchAll(/"[^"]*(--\w[\w-]*)(?: <[\w.]+>)?"/g)].map(([, name = ""]) => name);

  const page = reference("cli");

  expect([commands.length, options.length]).toEqual([11, 40]);
  expect([...commands, ...options].filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});

it("has checkers that notice a code and a setting that are not there", () => {
  const source = 'export type NewCode =\n  /** New. */\n  | "brand-new"\n  | "known";\n';
  const settings = "export interface NewOptions {\n  /** New. */\n  readonly fresh?: boolean;\n}\n";

  expect(missingFrom("| `known` | |", codesIn(source))).toEqual(["brand-new"]);
  expect(missingFrom("| `known` | `fresh` |", settingsIn(settings))).toEqual(["fresh"]);
});

it("gives every published package the licence of the project", () => {
  const licence = readFileSync("LICENSE", "utf8");
  const manifests = files("packages/*/package.json").filter(({ text }) => !text.includes('"private": true'));
  const withLicence = files("packages/*/LICENSE").filter(({ text }) => text === licence);

  expect(withLicence.map(({ path }) => path.replace("LICENSE", "package.json"))).toEqual(
    manifests.map(({ path }) => path),
  );
});

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { files, type SourceFile } from "./sources.ts";

/** Links to files that are not there. */
function deadLinks({ path, text }: SourceFile): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(
    (found) => found[1] ?? found[2] ?? "",
  );
  const local = links.filter((link) => !/^([a-z]+:|#)/.test(link)).map((link) => link.replace(/#.*$/, ""));
  return local.filter((link) => !existsSync(join(dirname(path), link))).map((link) => `${path}: ${link}`);
}

function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
}

/** Code blocks that differ from the region of the tested file they say they come from. */
function staleBlocks({ path, text }: SourceFile, read: (path: string) => string): string[] {
  const blocks = [...text.matchAll(/<!-- from: (\S+)#(\S+) -->\n```\w*\n([\s\S]*?)```/g)];
  return blocks
    .filter(([, source = "", name = "", code]) => region(read(source), name) !== code)
    .map(([, source, name]) => `${path}: ${source}#${name}`);
}

function region(source: string, name: string): string | undefined {
  const [, body] = new RegExp(`// #region ${name}\\n([\\s\\S]*?)[ \\t]*// #endregion ${name}`).exec(source) ?? [];
  if (body === undefined) return undefined;
  const indent = /^ */.exec(body)?.[0].length ?? 0;
  return body.replaceAll(new RegExp(`^ {${indent}}`, "gm"), "");
}

/** Titles of tests, given as `["title"](x.test.ts)`, that the file does not have. */
function missingTests({ path, text }: SourceFile, read: (path: string) => string): string[] {
  const named = [...text.matchAll(/\["([^\]]+)"\]\((\S+?\.test\.ts)\)/g)];
  return named
    .filter(([, title = "", file = ""]) => !read(join(dirname(path), file)).includes(title))
    .map(([, title, file]) => `${path}: "${title}" in ${file}`);
}

const readRepositoryFile = (path: string) => readFileSync(path, "utf8");
const documents = files("**/*.md");

it("links only to files that exist", () => {
  expect(documents.length).toBeGreaterThan(5);
  expect(documents.flatMap(deadLinks)).toEqual([]);
});

it("shows only code that is tested", () => {
  expect(documents.flatMap((document) => staleBlocks(document, readRepositoryFile))).toEqual([]);
});

it("names only tests that exist", () => {
  expect(documents.flatMap((document) => missingTests(document, readRepositoryFile))).toEqual([]);
});

it.each([
  ["README.md", 150],
  ["ARCHITECTURE.md", 150],
])("keeps %s within %i lines", (path, limit) => {
  expect(readRepositoryFile(path).split("\n").length).toBeLessThanOrEqual(limit);
});

it("has checkers that notice a dead link, a stale block and a missing test", () => {
  const block = "<!-- from: a.ts#app -->\n```ts\nold\n```";

  expect(deadLinks({ path: "README.md", text: "[x](docs/nowhere.md) and `[y](z.md)`" })).toEqual([
    "README.md: docs/nowhere.md",
  ]);
  const named = '["counts"](a.test.ts), ["counts up"](a.test.ts)';
  expect(missingTests({ path: "docs/b.md", text: named }, () => 'it("counts", ...)')).toEqual([
    'docs/b.md: "counts up" in a.test.ts',
  ]);
  expect(staleBlocks({ path: "README.md", text: block }, () => "// #region app\nnew\n// #endregion app")).toEqual([
    "README.md: a.ts#app",
  ]);
  expect(staleBlocks({ path: "README.md", text: block }, () => "  // #region app\n  old\n  // #endregion app")).toEqual(
    [],
  );
});

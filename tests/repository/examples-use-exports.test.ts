import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { files, type SourceFile } from "./sources.ts";

/** Imports that reach around what packages export: into another folder's files, or behind a package's name. */
function shortcuts({ path, text }: SourceFile): string[] {
  const own = path.split("/").slice(0, 2).join("/");
  const imports = [...text.matchAll(/^(?:import|export|\}) [^"`]*?from "([^"]+)"|^import "([^"]+)"/gm)].map(
    (found) => found[1] ?? found[2] ?? "",
  );
  return imports
    .filter((name) =>
      name.startsWith(".") ? !join(dirname(path), name).startsWith(`${own}/`) : /^@foldstream\/[^/]+\//.test(name),
    )
    .map((name) => `${path}: ${name}`);
}

it("examples use only what the packages export", () => {
  const sources = files("examples/*/**/*.ts").filter(({ path }) => !path.endsWith(".test.ts"));

  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap(shortcuts)).toEqual([]);
});

it.each(['import { x } from "../../packages/core/src/x.ts";', 'import { x } from "@foldstream/http/src/x.ts";'])(
  "has a checker that notices %j",
  (text) => {
    expect(shortcuts({ path: "examples/counter/canary.ts", text })).toHaveLength(1);
  },
);

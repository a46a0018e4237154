import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../../test/files.ts";
import type { EngineScheme } from "./engine-scheme.ts";
import { openEngine } from "./open-engine.ts";

/** Written as a user would, but for the import: there is no `node_modules` beside it. */
const memory = new URL("../../../core/src/memory/index.ts", import.meta.url).href;

function moduleWith(code: string): string {
  const path = join(scratchFolder(), "foldstream.config.ts");
  writeFileSync(path, `import { memoryEngine } from "${memory}";\nconst only: number = 4;\n${code}\n`);
  return path;
}

const opened = async (text: string) => (await openEngine(text, "source")).eventFeed.partitions();

describe("an engine is taken from a module", () => {
  it.each([
    ["an engine", "export default memoryEngine({ partitions: only });"],
    ["a function", "export default () => memoryEngine({ partitions: only });"],
    ["a promise", "export default async () => memoryEngine({ partitions: only });"],
    ["the only export", "export const engine = memoryEngine({ partitions: only });"],
    ["the default among others", "export const other = 1; export default memoryEngine({ partitions: only });"],
  ])("that exports %s", async (_, code) => {
    expect(await opened(moduleWith(code))).toHaveLength(4);
  });

  it("by the name of an export", async () => {
    const code = "export const small = memoryEngine(); export const large = () => memoryEngine({ partitions: only });";

    expect(await opened(`${moduleWith(code)}#large`)).toHaveLength(4);
    expect(await opened(`${moduleWith(code)}#small`)).toHaveLength(1);
  });

  it.each([
    ["no default", "export const a = 1, b = 2;", "", /exports no default\. It exports a, b: name one, as in .*#a\./],
    ["no such name", "export const a = 1;", "#b", /exports no "b"\. It exports a: name one/],
    ["nothing", "only;", "", /exports no default\. It exports nothing/],
    ["something else", "export default 7;", "", /exports no engine, but a value of type number\. Export an engine/],
    ["an error", 'throw new Error("no such host");', "", /Cannot load .*: no such host\. See that Node runs it/],
  ])("or refused, saying why: %s", async (_, code, name, message) => {
    const opening = openEngine(`${moduleWith(code)}${name}`, "source");

    await expect(opening).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(message) });
  });
});

describe("an engine is taken from its scheme", () => {
  const scheme: EngineScheme = {
    name: "test",
    package: "@foldstream/not-there",
    example: "test:4",
    open: async (address) => memoryEngine({ partitions: Number(address) }),
  };
  const lacking = { ...scheme, open: () => import(scheme.package) };

  it("whatever its case", async () => {
    const engine = await openEngine("TEST:3", "target", [scheme]);

    expect(await engine.eventFeed.partitions()).toHaveLength(3);
  });

  it("or the package to install is named", async () => {
    await expect(openEngine("test:3", "target", [lacking])).rejects.toThrow(
      '"test:" needs @foldstream/not-there. Install it: npm install @foldstream/not-there',
    );
  });

  it("never repeating what may be a password", async () => {
    const opening = openEngine("other://user:secret@host", "source", [scheme]);

    await expect(opening).rejects.toThrow(/^No engine is known by "other:"\. Give a module .*, or test:4\.$/);
  });
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../test/files.ts";
import { foldstream, jsonIn } from "../test/foldstream.ts";

/** A module that exports this topology, and the folder to write to. */
function configured(topology: string) {
  const folder = scratchFolder();
  const config = join(folder, "foldstream.config.ts");
  writeFileSync(config, topology);
  return { config, out: join(folder, "templates") };
}

describe("foldstream synth", () => {
  it("writes the templates, tells what each checker found or that it is not here, and says how to deploy them", async () => {
    const { config, out } = configured('export const topology = { name: "counter" };');

    const { code, output } = await foldstream("synth", "--config", config, "--out", out);

    expect([code, output]).toEqual([0, expect.stringContaining(`--stack-name counter-state --template-file ${out}`)]);
    const state = JSON.parse(readFileSync(join(out, "counter-state.json"), "utf8"));
    expect(Object.keys(state.Resources)).toContain("LogTable");
    expect(existsSync(join(out, "counter.json"))).toBe(true);
    for (const checker of ["cfn-lint", "cfn-guard, Control Tower"])
      expect(output).toMatch(new RegExp(`^${checker}: (0 found|not here.* To have it: )`, "m"));
  });

  it("lists what it wrote as JSON", async () => {
    const { config, out } = configured('export const topology = { name: "counter" };');

    const { output } = await foldstream("synth", "--config", config, "--out", out, "--json");

    expect(jsonIn(output)).toMatchObject({
      ok: true,
      stacks: [{ name: "counter-state", resources: 5 }, { name: "counter" }],
      reserved: 2,
      checks: [{ checker: "cfn-lint" }, { checker: "cfn-guard, Control Tower" }],
    });
  });

  it.each([
    ["no topology", "export const app = {};", /exports no `topology`. Export one, such as \{ name: "counter" \}/],
    [
      "one that cannot be",
      'export const topology = { name: "Counter" };',
      /name: expected 1 to 30 .* Nothing was written\./,
    ],
  ])("refuses %s, and writes nothing", async (_, module, message) => {
    const { config, out } = configured(module);

    const { code, output } = await foldstream("synth", "--config", config, "--out", out);

    expect(code).toBe(2);
    expect(output).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });
});

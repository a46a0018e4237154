import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { scratchFolder } from "../../test/files.ts";
import { foldstream, jsonIn } from "../../test/foldstream.ts";

const config = new URL("../../test/poisoned.config.ts", import.meta.url).pathname;
let folder: string;

/** Two deposits each for a and b, of which the second of b is parked. */
async function runApp(): Promise<void> {
  const { account, app, engine: open } = await import("../../test/poisoned.config.ts");
  const engine = open();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  for (const id of ["a", "b", "a", "b"]) await runtime.execute(account, id, "Deposit", { cents: 1 });
  await vi.waitFor(async () => {
    const [status] = (await runtime.status()).projections;
    expect(status).toMatchObject({ parked: 1, partitions: [{ lag: 0 }] });
  }, 30_000);
  await runtime.stop();
  await engine.close();
}

beforeEach(async () => {
  folder = scratchFolder();
  vi.stubEnv("FOLDSTREAM_DATA", folder);
  vi.resetModules();
  writeFileSync(join(folder, "poison"), "");
  await runApp();
});

describe("foldstream parked", () => {
  it("lists what is parked and why, for people and for programs", async () => {
    const text = await foldstream("parked", "--config", config);
    const json = await foldstream("parked", "--config", config, "--projection", "balances", "--json");
    const none = await foldstream("parked", "--config", config, "--stream", "account-a");

    expect(text.code).toBe(0);
    expect(text.output).toMatch(/^balances: account-b@2, 1 waiting since .*Z, tries: 1\. TypeError: b is poisoned$/m);
    const entry = { projection: "balances", stream: "account-b", version: 2, waiting: 1 };
    expect(jsonIn(json.output)).toMatchObject({ ok: true, command: "parked", parked: [entry] });
    expect(jsonIn(json.output).parked[0].error.stack).toContain("poisoned.config.ts");
    expect(none.output).toContain("Nothing is parked.");
  });

  it("is called wrongly with a module that exports no app", async () => {
    const lacking = join(folder, "lacking.ts");
    writeFileSync(lacking, "export const engine = () => undefined;");

    const { code, output } = await foldstream("parked", "--config", lacking);

    expect(code).toBe(2);
    expect(output).toContain("does not export both `app`, an application, and `engine`");
  });
});

describe("foldstream redrive", () => {
  it("tries first, fails as long as an event does, and frees the stream in the end", async () => {
    const failing = await foldstream("redrive", "--config", config, "--all");
    rmSync(join(folder, "poison"));
    const dry = await foldstream("redrive", "--config", config, "--all", "--dry-run");
    const done = await foldstream("redrive", "--config", config, "--error", "poisoned", "--json");
    const again = await foldstream("redrive", "--config", config, "--all");

    expect(failing.code).toBe(1);
    expect(failing.output).toMatch(
      /Brought in 0 events and freed 0 of 1 streams\.\nbalances: account-b@2 fails: TypeError: b is poisoned/,
    );
    expect(dry).toMatchObject({ code: 0, output: expect.stringContaining("Would bring in 1 events and free 1 of 1") });
    const streams = [{ projection: "balances", stream: "account-b", events: 1 }];
    expect(jsonIn(done.output)).toEqual({ ok: true, command: "redrive", dryRun: false, events: 1, streams });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining("freed 0 of 0 streams") });
  });

  it.each([
    ["nothing is said", []],
    ["all and some are said", ["--all", "--stream", "account-b"]],
  ])("is called wrongly when %s of which streams", async (_, options) => {
    const { code, output } = await foldstream("redrive", "--config", config, ...options);

    expect(code).toBe(2);
    expect(output).toContain("Say which streams are meant");
  });

  it("is refused for a projection that the app does not have", async () => {
    const { code, output } = await foldstream("redrive", "--config", config, "--projection", "balance");

    expect(code).toBe(1);
    expect(output).toContain('No projection is named "balance". Did you mean "balances"?');
  });
});

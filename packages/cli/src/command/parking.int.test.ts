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
    expect(failing.output).toMatch(/^Redriving: 1, 100 %/m);
    expect(dry).toMatchObject({ code: 0, output: expect.stringContaining("Would bring in 1 events and free 1 of 1") });
    const streams = [{ projection: "balances", build: 0, stream: "account-b", events: 1 }];
    expect(jsonIn(done.output)).toEqual({
      ok: true,
      command: "redrive",
      dryRun: false,
      events: 1,
      streams,
      targets: [],
    });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining("freed 0 of 0 streams") });
  });

  it.each([
    ["nothing is said", []],
    ["all and some are said", ["--all", "--stream", "account-b"]],
  ])("is called wrongly when %s of which streams", async (_, options) => {
    const { code, output } = await foldstream("redrive", "--config", config, ...options);

    expect(code).toBe(2);
    expect(output).toContain("Say what is meant");
  });

  it("is refused for a projection that the app does not have", async () => {
    const { code, output } = await foldstream("redrive", "--config", config, "--projection", "balance");

    expect(code).toBe(1);
    expect(output).toContain('No projection is named "balance". Did you mean "balances"?');
  });
});

describe("parked and redrive of policies", () => {
  const policies = new URL("../../test/poisoned-policy.config.ts", import.meta.url).pathname;

  /** Runs the app until its policy looks like this. */
  async function runPolicy(placed: readonly string[], status: object): Promise<readonly string[]> {
    const { order, app, engine: open } = await import("../../test/poisoned-policy.config.ts");
    const engine = open();
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
    await runtime.start();
    for (const id of placed) await runtime.execute(order, id, "Place", {});
    await vi.waitFor(async () => expect((await runtime.status()).policies).toMatchObject([status]), 60_000);
    await runtime.stop();
    const { events } = await engine.eventFeed.read("0", 0, 100);
    await engine.close();
    return events.map(({ stream, type }) => `${stream}: ${type}`);
  }

  it("tell events that a policy failed on from commands that it gave up, and bring both in", async () => {
    const cli = (command: string, ...options: readonly string[]) =>
      foldstream(command, "--config", policies, ...options);
    await runPolicy(["odd", "even"], { parkedStreams: 1, parked: 1 });

    const parked = await cli("parked");
    const even = await cli("parked", "--stream", "order-even", "--json");
    const status = await cli("status", "--once");
    rmSync(join(folder, "poison"));
    const dry = await cli("redrive", "--policy", "confirming", "--dry-run");
    const done = await cli("redrive", "--policy", "confirming");

    expect(parked.output).toMatch(/^policy confirming: order-odd@1, 1 waiting .*TypeError: odd is poisoned$/m);
    expect(parked.output).toMatch(
      /^policy confirming: order.Confirm to command\/order-even given up .*closed: Come back later.$/m,
    );
    expect(jsonIn(even.output)).toMatchObject({ parked: [], targets: [{ policy: "confirming", attempts: 1 }] });
    expect(status).toMatchObject({ code: 1, output: expect.stringContaining("confirming has parked 2") });
    expect(dry.output).toContain("Would have 1 targets of policies tried again:\npolicy confirming: order.Confirm to");
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining("freed 1 of 1 streams.\nHas 1 targets") });
    const log = await runPolicy([], { health: "idle", parkedStreams: 0, parked: 0, waiting: 0, failing: 0 });
    expect(log.toSorted().filter((line) => line.endsWith("Confirmed"))).toEqual([
      "order-even: order.Confirmed",
      "order-odd: order.Confirmed",
    ]);
  }, 120_000);
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { runProgram } from "../../../../tests/child-program.ts";
import { scratchFolder } from "../../test/files.ts";
import { foldstream, jsonIn } from "../../test/foldstream.ts";

const config = new URL("../../test/poisoned.config.ts", import.meta.url).pathname;
const freezing = new URL("../../test/freezing-worker.ts", import.meta.url).pathname;
const patienceMs = 120_000;
let folder: string;

beforeEach(() => {
  folder = scratchFolder();
  vi.stubEnv("FOLDSTREAM_DATA", folder);
  vi.resetModules();
});

/** Another process: appends deposits, and projects them if it is told to. */
async function deposit(ids: readonly string[], { projects = false } = {}): Promise<void> {
  const { account, app, engine: open } = await import("../../test/poisoned.config.ts");
  const engine = open();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  if (projects) await runtime.start();
  for (const id of ids) await runtime.execute(account, id, "Deposit", { cents: 1 });
  const lags = async () => (await runtime.status()).projections.flatMap(({ partitions }) => partitions);
  if (projects) await vi.waitFor(async () => expect(await lags()).toMatchObject([{ lag: 0 }]), patienceMs);
  await runtime.stop();
  await engine.close();
}

const once = (...args: readonly string[]) => foldstream("status", "--config", config, "--once", ...args);

async function healthTold(
  health: string,
): Promise<{ readonly code: number | NodeJS.Signals; readonly output: string }> {
  return vi.waitFor(async () => {
    const told = await once();
    expect(told.output).toMatch(new RegExp(`^balances +${health}`, "m"));
    return told;
  }, patienceMs);
}

describe("foldstream status", () => {
  it("prepares nothing, and tells how much waits", async () => {
    await deposit(["a"]);

    const { output } = await once();

    expect(output).toMatch(/^balances +(working|stalled) +0 +1 events, \d+ s +0 +not audited$/m);
    const { engine: open } = await import("../../test/poisoned.config.ts");
    const engine = open();
    expect(await engine.readModels.builds.list("balances")).toEqual([]);
    await engine.close();
  });

  it("tells what is parked, and fails, until it was redriven; then what an audit found", async () => {
    writeFileSync(join(folder, "poison"), "");
    await deposit(["b", "b"], { projects: true });

    const parked = await once();
    rmSync(join(folder, "poison"));
    await foldstream("redrive", "--config", config, "--all");
    await foldstream("verify", "--config", config);
    const well = await once("--json");

    expect(parked.code).toBe(1);
    expect(parked.output).toContain("balances has parked 1: see foldstream parked.");
    expect(well.code).toBe(0);
    const consumer = { name: "balances", health: "idle", parked: 0, lastAudit: { ok: true, rows: 1 } };
    expect(jsonIn(well.output)).toMatchObject({ ok: true, command: "status", projections: [consumer], policies: [] });
  });

  it(
    "tells a worker that stands still from one that has nothing to do",
    async () => {
      await deposit(["a"]);
      const worker = runProgram(freezing, []);
      onTestFinished(async () => {
        worker.process.kill("SIGKILL");
        await worker.ended;
      });

      await worker.printed(/freezing/);
      const stalled = await healthTold("stalled");
      worker.process.kill("SIGCONT");
      const idle = await healthTold("idle");

      expect(stalled.code).toBe(1);
      expect(stalled.output).toMatch(/^balances is stalled: worker \S+ has taken no step since/m);
      expect(idle).toMatchObject({ code: 0, output: expect.stringMatching(/^balances +idle +1 +- /m) });
    },
    patienceMs,
  );

  it("ends by itself where there is no terminal", async () => {
    expect(await foldstream("status", "--config", config)).toMatchObject({ code: 0 });
  });

  it("shows it again and again on a terminal until it is stopped, and then tells it once more", async () => {
    const stopping = new AbortController();
    const shown: string[] = [];
    const clear = vi.fn();
    const show = (text: string) => {
      if (shown.push(text) === 2) stopping.abort();
    };

    const { status } = await import("./status.ts");
    const result = await status({ config, screen: Object.assign(show, { clear }) }).run({ signal: stopping.signal });

    expect(shown).toEqual([result.text, result.text]);
    expect(result.text).toMatch(/^consumer +health/);
    expect(clear).toHaveBeenCalledOnce();
  });
});

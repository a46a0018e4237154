import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../test/until-signal.ts", import.meta.url));
let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

/** Starts the process, waits until it serves, and reads its lines. */
async function started(...options: string[]) {
  const spawned = spawn(process.execPath, ["--conditions=@foldstream/source", script, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = spawned;
  const lines = createInterface({ input: spawned.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value as string | undefined;
  const exited = once(spawned, "exit").then(([code, signal]) => code ?? signal);
  const url = (await line())?.replace("listening ", "") ?? "";
  expect(await (await fetch(url)).text()).toBe("served");
  return { signal: (name: NodeJS.Signals) => spawned.kill(name), line, exited };
}

describe("runUntilSignal", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("G10 closes in order on %s and exits with 0", async (name) => {
    const process = await started();

    process.signal(name);

    expect([await process.line(), await process.line()]).toEqual(["closing", "closed"]);
    expect(await process.exited).toBe(0);
  });

  it("exits with 130 on a second signal while it closes", async () => {
    const process = await started("slowly");
    process.signal("SIGINT");
    expect(await process.line()).toBe("closing");

    process.signal("SIGINT");

    expect(await process.exited).toBe(130);
  });
});

import { join } from "node:path";
import { expect, it } from "vitest";
import { runProgram } from "../../../tests/child-program.ts";
import { digestOf, fillFile, scratchFolder } from "../test/files.ts";

/** Less than all events take, and less than all receipts. */
const littleMemory = { NODE_OPTIONS: "--max-old-space-size=40 --max-semi-space-size=1" };
const commands = 50_000;
const note = "x".repeat(800);

async function foldstream(...args: readonly string[]): Promise<void> {
  const program = runProgram("packages/cli/src/main.ts", args, littleMemory);
  expect(await program.ended, program.output()).toBe(0);
}

it("G10 carries a log that is larger than the memory it may use", async () => {
  const folder = scratchFolder();
  const [from, moved, restored] = ["from.db", "moved.db", "restored.db"].map((name) => `sqlite:${join(folder, name)}`);
  const file = join(folder, "log.gz");
  const log = await fillFile(join(folder, "from.db"), commands, { streams: 50, note });

  await foldstream("backup", "--engine", `${from}`, file);
  await foldstream("verify", file);
  await foldstream("restore", "--engine", `${restored}`, file);
  await foldstream("migrate", "--from", `${from}`, "--to", `${moved}`);
  await foldstream("migrate", "--from", `${from}`, "--to", `${moved}`);

  expect(await digestOf(join(folder, "restored.db"))).toEqual(log);
  expect(await digestOf(join(folder, "moved.db"))).toEqual(log);
}, 250_000);

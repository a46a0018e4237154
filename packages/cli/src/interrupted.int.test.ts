import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sqliteEngine } from "@foldstream/sqlite";
import { verifyBackup } from "@foldstream/transfer";
import { describe, expect, it } from "vitest";
import type { ChildProgram } from "../../../tests/child-program.ts";
import { digestOf, fillFile, scratchFolder } from "../test/files.ts";
import { foldstream, startFoldstream } from "../test/foldstream.ts";

async function twoFiles(commands: number) {
  const folder = scratchFolder();
  const [from, to] = [join(folder, "from.db"), join(folder, "to.db")];
  const log = await fillFile(from, commands);
  return { log, to, args: ["migrate", "--from", `sqlite:${from}`, "--to", `sqlite:${to}`] };
}

/** Starts the command, and resolves once it has written that many events. */
async function startUntil(args: readonly string[], path: string, events: number): Promise<ChildProgram> {
  const { eventFeed, close } = sqliteEngine({ path });
  const program = startFoldstream(...args, "--concurrency", "2");
  await new Promise<void>((resolve) => {
    const look = async () => {
      if ((await eventFeed.head("0")) >= events) resolve();
    };
    eventFeed.subscribe(look);
    program.ended.then(() => resolve());
  });
  await close();
  return program;
}

describe("a migration that is interrupted", () => {
  it("G10 goes on after kill -9 in the middle, several times over, and ends equal", async () => {
    const { log, to, args } = await twoFiles(12_000);

    for (const events of [300, 2_500, 5_000]) {
      const program = await startUntil(args, to, events);
      program.process.kill("SIGKILL");
      expect(await program.ended).toBe("SIGKILL");
      const { count } = (await digestOf(to)).events;
      expect(count).toBeGreaterThanOrEqual(events);
      expect(count).toBeLessThan(log.events.count);
    }
    const { code, output } = await foldstream(...args);

    expect(code).toBe(0);
    expect(output).toMatch(/Copied .* events were there already/);
    expect(await digestOf(to)).toEqual(log);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops cleanly on %s, and says how to go on",
    async (signal) => {
      const { log, to, args } = await twoFiles(6_000);
      const program = await startUntil(args, to, 200);

      program.process.kill(signal);

      expect(await program.ended).toBe(1);
      expect(program.output()).toContain(
        "foldstream migrate: Stopped. What was copied is kept. Run the same command again: it goes on from there.",
      );
      expect((await foldstream(...args)).code).toBe(0);
      expect(await digestOf(to)).toEqual(log);
    },
    60_000,
  );
});

describe("a backup that is interrupted", () => {
  it("G10 leaves the backup before it whole, killed at any moment, and is whole when it is run again", async () => {
    const folder = scratchFolder();
    const [small, large, file] = ["small.db", "large.db", "log.gz"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const draft = `${file}.draft`;
    const before = await fillFile(small, 300);
    const after = await fillFile(large, 12_000);
    await foldstream("backup", "--engine", `sqlite:${small}`, file);

    for (const bytes of [0, 20_000, 60_000, 100_000]) {
      rmSync(draft, { force: true });
      const old = sizeOf(file);
      const written = () => Math.max(sizeOf(draft), sizeOf(file) === old ? -1 : sizeOf(file));
      const program = startFoldstream("backup", "--engine", `sqlite:${large}`, file);
      while (program.process.exitCode === null && written() <= bytes) await setImmediate();
      program.process.kill("SIGKILL");
      await program.ended;

      expect([before, after]).toContainEqual((await verifyBackup(file)).log);
    }
    const { code } = await foldstream("backup", "--engine", `sqlite:${large}`, file);

    expect(code).toBe(0);
    expect(await verifyBackup(file)).toMatchObject({ log: after });
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

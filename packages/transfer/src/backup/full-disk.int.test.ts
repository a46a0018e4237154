import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryEngine } from "foldstream/memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { fill } from "../../test/logs.ts";
import { verifyBackup, writeBackup } from "../index.ts";

/** A disk of its own, of one megabyte; nothing where we may not mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Events of 1 KB that cannot be compressed to less than half. */
async function engineWith(events: number) {
  const engine = memoryEngine();
  const step = () => ({ texts: [JSON.stringify(randomBytes(512).toString("hex"))], idle: false, principal: undefined });
  await fill(
    engine,
    Array.from({ length: events }, (_, index) => ({ ...step(), stream: `counter-${index}` })),
  );
  return engine;
}

describe("a disk that fills up while a backup is written", () => {
  it("is said to be full; the older backup stays, and no draft is left", async (context) => {
    const folder = smallDisk();
    if (!folder) return context.skip("needs to mount a tmpfs, which only root may");
    const path = join(folder, "log.gz");
    const before = await writeBackup(await engineWith(100), path);

    const writing = writeBackup(await engineWith(4_000), path);

    await expect(writing).rejects.toMatchObject({
      problem: "unusable-file",
      message: expect.stringMatching(/log\.gz\. The disk is full: free space.* Nothing was written under this name\./),
    });
    expect(readdirSync(folder)).toEqual(["log.gz"]);
    expect((await verifyBackup(path)).log).toEqual(before);
  });
});

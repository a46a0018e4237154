/** What Node's compile cache needs in order to be used from a package that somebody else runs, as on Lambda. */
import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { cacheVariables, fillCache, packageFunction } from "./package-function.ts";

const run = promisify(execFile);
const somebodyElse = 993;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "foldstream-cache-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  chmodSync(path, 0o755);
  return path;
}

/** A package with its cache, filled in one folder and unpacked in another. */
async function unpacked(): Promise<string> {
  const [made, used] = [folder(), folder()];
  await packageFunction("empty", { sdk: "bundled", cached: true }, made);
  await fillCache(made, {}, {});
  cpSync(made, used, { recursive: true });
  await run("chmod", ["-R", "a+rX", used]);
  return used;
}

async function whyNobodyElse(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "root alone may run programs as somebody else";
  const started = run(process.execPath, ["-e", "0"], { cwd: "/", uid: somebodyElse });
  return started.then(
    () => undefined,
    () => "others may not run this Node",
  );
}

/** What Node says of its cache while it loads the function. */
async function loading(path: string, uid?: number): Promise<string> {
  const { stderr, stdout } = await run(process.execPath, ["-e", `import(${JSON.stringify(join(path, "index.mjs"))})`], {
    cwd: "/",
    env: { ...cacheVariables(path), NODE_DEBUG_NATIVE: "COMPILE_CACHE" },
    ...(uid !== undefined && { uid }),
  });
  return stderr + stdout;
}

const accepted = /ESM \S+index\.mjs was accepted/;

it("takes a compile cache that was filled in another folder", async () => {
  expect(await loading(await unpacked())).toMatch(accepted);
});

it("takes one that it cannot write to, if its folder is named after the user who runs it", async ({ skip }) => {
  const why = await whyNobodyElse();
  if (why) return skip(why);
  const path = await unpacked();
  const [name = ""] = readdirSync(join(path, "cache"));

  expect(name).toMatch(new RegExp(`^${process.version}-${process.arch}-[0-9a-f]+-0$`));
  expect(await loading(path, somebodyElse)).not.toMatch(accepted);
  renameSync(join(path, "cache", name), join(path, "cache", name.replace(/0$/, String(somebodyElse))));

  expect(await loading(path, somebodyElse)).toMatch(accepted);
});

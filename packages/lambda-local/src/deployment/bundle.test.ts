import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { bundleFolder } from "./bundle.ts";

const functions = fileURLToPath(new URL("../../test/bundled/functions.ts", import.meta.url));

it("bundles all that functions need, the SDK and modules of the older kind included, into one file", async () => {
  const { root, exports, remove } = await bundleFolder(functions);
  onTestFinished(remove);

  expect(readdirSync(root)).toEqual(["index.mjs"]);
  expect(exports).toEqual(["http"]);
  expect(await answerOf(join(root, "index.mjs"))).toBe("eu-central-1, heard");
});

it("leaves nothing behind once it is removed", async () => {
  const { root, remove } = await bundleFolder(functions);

  await remove();

  expect(existsSync(root)).toBe(false);
});

/** Of the function `http`, in a process of its own. */
async function answerOf(bundle: string): Promise<string> {
  const program = `import { http } from ${JSON.stringify(bundle)}; process.stdout.write(await http());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  return stdout;
}

/** Installs AWS's runtime client for Node, which is built on the way, where that has not been done yet. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { runtimeClient } from "@foldstream/lambda-local";

const folder = "packages/lambda-local/runtime-client";

/** False when it cannot be built here: functions then run in a loop of this project's own. */
export async function installRuntimeClient(onProgress: (line: string) => void): Promise<boolean> {
  if (runtimeClient().name === "aws-lambda-ric") return true;
  onProgress("Building AWS's runtime client, once. It takes about a minute.");
  const began = Date.now();
  const ticking = setInterval(() => onProgress(`${Math.round((Date.now() - began) / 1_000)} s`), 10_000);
  let printed = "";
  const installing = spawn("npm", ["ci", "--prefix", folder], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [installing.stdout, installing.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const [code] = await once(installing, "close");
  clearInterval(ticking);
  if (code === 0 && runtimeClient().name === "aws-lambda-ric") return true;
  onProgress(`It was not built; that needs g++, make, cmake, xz and python3. npm said:\n${printed.trim()}`);
  return false;
}

/** The program that runs in a copy: AWS's own runtime client where it is installed, else a loop that does as it does. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface RuntimeClient {
  readonly name: "aws-lambda-ric" | "a loop of our own";
  readonly path: string;
  /** The Node that runs it. */
  readonly node: string;
  /** Of that Node. */
  readonly flags: readonly string[];
}

/** In this project's own repository it is installed here (`npm run lambda-runtime-client`). */
const builtHere = fileURLToPath(new URL("../../runtime-client/node_modules/aws-lambda-ric", import.meta.url));

/**
 * AWS's `aws-lambda-ric` builds native code with cmake when it is installed, so it is no dependency: `AWS_LAMBDA_RIC` names its
 * folder, or it is found beside the project. `AWS_LAMBDA_NODE` names another Node than the one that runs here, such as a Node 22.
 */
export function runtimeClient(): RuntimeClient {
  const { AWS_LAMBDA_NODE: node = process.execPath } = process.env;
  const folder = [process.env.AWS_LAMBDA_RIC, installed(), builtHere].find((found) => found && isBuilt(found));
  return folder === undefined
    ? ownLoop(node)
    : { name: "aws-lambda-ric", path: `${folder}/index.mjs`, node, flags: [] };
}

export function ownLoop(node = process.execPath): RuntimeClient {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const path = fileURLToPath(new URL(`./runtime-loop.${extension}`, import.meta.url));
  return { name: "a loop of our own", path, node, flags: ["--disable-warning=ExperimentalWarning"] };
}

function installed(): string | undefined {
  try {
    return createRequire(import.meta.url)
      .resolve("aws-lambda-ric")
      .replace(/\/index\.mjs$/, "");
  } catch {
    return undefined;
  }
}

/** Where its build failed or was not allowed, the native part is missing. */
function isBuilt(folder: string): boolean {
  return existsSync(`${folder}/index.mjs`) && existsSync(`${folder}/rapid-client.node`);
}

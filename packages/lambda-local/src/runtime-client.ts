/** The program that runs in a copy: AWS's own runtime client where it is installed, else a loop that does as it does. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface RuntimeClient {
  readonly name: "aws-lambda-ric" | "a loop of our own";
  readonly path: string;
  /** The Node that runs it. */
  readonly node: string;
}

/**
 * AWS's `aws-lambda-ric` builds native code with cmake when it is installed, so it is no dependency: `AWS_LAMBDA_RIC` names its
 * folder, or it is found beside the project. `AWS_LAMBDA_NODE` names another Node than the one that runs here, such as a Node 22.
 */
export function runtimeClient(): RuntimeClient {
  const { AWS_LAMBDA_RIC: folder, AWS_LAMBDA_NODE: node = process.execPath } = process.env;
  if (folder) return { name: "aws-lambda-ric", path: `${folder}/index.mjs`, node };
  try {
    return { name: "aws-lambda-ric", path: createRequire(import.meta.url).resolve("aws-lambda-ric"), node };
  } catch {
    return { name: "a loop of our own", path: fileURLToPath(new URL("./runtime-loop.mjs", import.meta.url)), node };
  }
}

/** The program that runs in a copy: AWS's own runtime client where it is installed, else a loop that does as it does. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface RuntimeClient {
  readonly name: "aws-lambda-ric" | "a loop of our own";
  readonly path: string;
}

/**
 * AWS's `aws-lambda-ric` builds native code with cmake when it is installed, so it is no dependency: `AWS_LAMBDA_RIC` names its
 * folder, or it is found beside the project.
 */
export function runtimeClient(): RuntimeClient {
  const { AWS_LAMBDA_RIC: folder } = process.env;
  if (folder) return { name: "aws-lambda-ric", path: `${folder}/index.mjs` };
  try {
    return { name: "aws-lambda-ric", path: createRequire(import.meta.url).resolve("aws-lambda-ric") };
  } catch {
    return { name: "a loop of our own", path: fileURLToPath(new URL("./runtime-loop.mjs", import.meta.url)) };
  }
}

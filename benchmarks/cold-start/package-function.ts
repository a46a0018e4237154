/** Makes of a function what is deployed: a folder with one minified file, and with what Node compiled of it where that is shipped too. */
import { execFile } from "node:child_process";
import { statSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

export interface Packaging {
  /** Within the bundle, or beside it, as the one that Lambda's runtime has. */
  readonly sdk: "bundled" | "beside";
  /** Whether a compile cache is in the package. */
  readonly cached: boolean;
}

/** Within the bundle, as the how-to of Lambda says. */
const within = {
  mainFields: ["module", "main"],
  banner: { js: 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);' },
};

/** Resolves to the bundle's size, in bytes. `folder` must be empty. */
export async function packageFunction(name: string, { sdk }: Packaging, folder: string): Promise<number> {
  const outfile = join(folder, "index.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL(`./functions/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    conditions: ["@foldstream/source", "module"],
    logLevel: "error",
    ...(sdk === "bundled" ? within : { external: ["@aws-sdk/*"] }),
  });
  if (sdk === "beside") symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return statSync(outfile).size;
}

/** What makes Node use the cache of a package. Portable: it may be filled elsewhere than where it is used. */
export function cacheVariables(folder: string): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(folder, "cache"), NODE_COMPILE_CACHE_PORTABLE: "1" };
}

/** Runs the function once for what Node compiles of it. */
export async function fillCache(
  folder: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const program = fileURLToPath(new URL("./fill-cache.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [program, join(folder, "index.mjs"), JSON.stringify(event)], {
    env: { ...environment, ...cacheVariables(folder) },
  });
}

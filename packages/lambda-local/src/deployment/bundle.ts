/** What is deployed: one minified file with all that it needs, the SDK too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

export interface BundleFolder {
  /** Holds index.mjs. */
  readonly root: string;
  /** Names of its exports. */
  readonly exports: readonly string[];
  remove(): Promise<void>;
}

/** Modules of the older kind, which some libraries still are, ask for Node's own by `require`. */
const banner = 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);';

/**
 * Bundles an entry, as the how-to of Lambda says. `conditions` choose among the files of packages, as Node's flag `--conditions` does.
 * @throws Error of esbuild
 */
export async function bundleFolder(entry: string, conditions: readonly string[] = []): Promise<BundleFolder> {
  const root = await mkdtemp(join(tmpdir(), "foldstream-lambda-"));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    const exports = await bundled(resolve(entry), join(root, "index.mjs"), conditions);
    return { root, exports, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function bundled(entry: string, outfile: string, conditions: readonly string[]): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    metafile: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // What can be shaken is smaller. With conditions of its own, esbuild forgets its default.
    conditions: [...conditions, "module"],
    mainFields: ["module", "main"],
    banner: { js: banner },
    logLevel: "silent",
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

/** What is deployed: one minified file, without the SDK, which Lambda has. */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

export interface BundleFolder {
  /** Holds index.mjs. */
  readonly root: string;
  /** Names of its exports. */
  readonly exports: readonly string[];
  remove(): Promise<void>;
}

/**
 * Bundles an entry, as the how-to of Lambda says, and puts the SDK of the project beside it. `conditions` choose among the files of
 * packages, as Node's flag `--conditions` does. @throws Error of esbuild
 */
export async function bundleFolder(entry: string, conditions: readonly string[] = []): Promise<BundleFolder> {
  const root = await mkdtemp(join(tmpdir(), "foldstream-lambda-"));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    const exports = await bundled(resolve(entry), join(root, "index.mjs"), conditions);
    await symlink(folderOfSdk(entry), join(root, "node_modules"));
    return { root, exports, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The project's own, with all clients that it has, else this package's. */
function folderOfSdk(entry: string): string {
  const found = packageSeenFrom(pathToFileURL(resolve(entry))) ?? packageSeenFrom(import.meta.url);
  return join(dirname(found as string), "../..");
}

function packageSeenFrom(place: string | URL): string | undefined {
  try {
    return findPackageJSON("@aws-sdk/client-dynamodb", place);
  } catch {
    return undefined;
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
    conditions: [...conditions],
    external: ["@aws-sdk/*"],
    logLevel: "silent",
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

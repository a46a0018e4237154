/** Makes of an entry what is deployed: one minified file, without the SDK, which Lambda has. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Of the code in the bundle, by package, the largest first. */
export type BundleParts = readonly (readonly [name: string, bytes: number])[];

export async function bundle(entry: string): Promise<{ readonly code: string; readonly parts: BundleParts }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`./bundles/${entry}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node22",
    conditions: ["@foldstream/source"],
    external: ["@aws-sdk/*"],
    logLevel: "error",
  });
  const [output] = Object.values(metafile.outputs);
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {}))
    sizes.set(partOf(path), (sizes.get(partOf(path)) ?? 0) + bytesInOutput);
  return {
    code: outputFiles[0]?.text ?? "",
    parts: [...sizes].sort(([, one], [, other]) => other - one),
  };
}

function partOf(path: string): string {
  return path.replace(/^.*node_modules\//, "").replace(/^(@[^/]+\/[^/]+|packages\/[^/]+|[^/]+)\/.*$/, "$1");
}

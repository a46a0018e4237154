/** What each library weighs: the size of a bundle of all that it needs on one engine, and how long that takes to import. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Library } from "./all-libraries.ts";
import type { PeerEngine } from "./places/place.ts";

export interface Weight {
  readonly engine: PeerEngine;
  readonly library: string;
  /** Minified, in thousands of bytes. Native parts are not in it. */
  readonly bundleKb: number;
  /** Of that bundle, over a process that imports nothing; the median. */
  readonly importMs: number;
}

const times = 7;
const installed = fileURLToPath(new URL("installed/", import.meta.url));

/** Bundles and imports what its users would on that engine. */
export async function weigh(library: Library, engine: PeerEngine): Promise<Weight> {
  // Beside what it was bundled from, so that native parts are found.
  const folder = mkdtempSync(join(installed, ".weight-"));
  try {
    const bundle = join(folder, "bundle.mjs");
    const empty = join(folder, "empty.mjs");
    writeFileSync(empty, "");
    await bundled(library.imports[engine] ?? [], bundle);
    const importMs = Math.max(0, Math.round(overEmpty(bundle, empty)));
    return { engine, library: library.name, bundleKb: Math.round(statSync(bundle).size / 1000), importMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundled(imports: readonly string[], outfile: string): Promise<void> {
  const { build } = createRequire(join(installed, "package.json"))("esbuild");
  const contents = imports.map((from, index) => `export * as part${index} from "${from}";`).join("\n");
  await build({
    stdin: { contents, resolveDir: installed },
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    // What a database driver loads only if it is there.
    external: [
      "*.node",
      "pg-native",
      "pg-query-stream",
      "mariadb/*",
      "mysql",
      "mysql2",
      "oracledb",
      "sqlite3",
      "tedious",
      "cloudflare:sockets",
    ],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: "error",
  });
}

/** Milliseconds, the median; both are run in turn, since the speed of a machine drifts. */
function overEmpty(program: string, empty: string): number {
  const over = Array.from({ length: times }, () => millisecondsOf(program) - millisecondsOf(empty));
  return over.toSorted((left, right) => left - right)[Math.floor(times / 2)] ?? 0;
}

function millisecondsOf(program: string): number {
  const began = performance.now();
  execFileSync(process.execPath, [program], { cwd: installed, stdio: "ignore" });
  return performance.now() - began;
}

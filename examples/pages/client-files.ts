/** The client for browsers, from its sources. */
import { readdirSync } from "node:fs";
import type { PageFiles } from "./pages.ts";

const folder = new URL(".", import.meta.resolve("@foldstream/client"));

/** To be imported as `./client/index.ts`. */
export const clientFiles: PageFiles = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => /^[a-z-]+\.(ts|js)$/.test(name))
    .map((name) => [`client/${name}`, new URL(name, folder)]),
);

#!/usr/bin/env node
/** The `foldstream` command: as it was built; in a checkout where nothing was built yet, from the sources. */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";

const built = new URL("../dist/main.js", import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, "@foldstream/source"] }),
  });
  await import("../src/main.ts");
}

/** Loads the simulator with a bug planted in the runtime under it: the core's modules once more, one of them changed on the way. */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import type { PlantedBug } from "./planted-bugs.ts";

type Simulator = typeof import("foldstream/testing");

const core = new URL("../../packages/core/src/", import.meta.url).href;
const planted = new Map<string, PlantedBug>();

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const query = /\?planted=\d+$/.exec(context.parentURL ?? "")?.[0];
    return query && found.url.startsWith(core) && !found.url.endsWith(query)
      ? { ...found, url: found.url + query }
      : found;
  },
  load(url, context, next) {
    const bug = planted.get(/\?planted=(\d+)$/.exec(url)?.[1] ?? "");
    if (!bug) return next(url, context);
    const source = readFileSync(fileURLToPath(url), "utf8");
    const changed = url.startsWith(`${core}${bug.file}?`) ? plantedIn(source, bug) : source;
    return { format: "module", source: stripTypeScriptTypes(changed), shortCircuit: true };
  },
});

export function simulatorWith(bug: PlantedBug): Promise<Simulator> {
  const id = String(planted.size + 1);
  planted.set(id, bug);
  return import(`${core}testing/index.ts?planted=${id}`);
}

function plantedIn(source: string, { name, from, to }: PlantedBug): string {
  const places = source.split(from).length - 1;
  if (places !== 1) throw new Error(`planted bug "${name}": its text is there ${places} times; expected once.`);
  return source.replace(from, to);
}

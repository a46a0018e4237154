/** An engine that a module of the user's exports. Node runs TypeScript as it is. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "foldstream/port";
import { UsageError } from "../errors.ts";

type Module = Readonly<Record<string, unknown>>;

/** `text` is a path, or `path#export`. The export is an engine, or a function that returns one or a promise of one. */
export async function engineOfModule(text: string): Promise<Engine> {
  const { path, name } = placeOf(text);
  const value = pick(await loadModule(path), path, name);
  const engine = typeof value === "function" ? await value() : value;
  if (isEngine(engine)) return engine;
  throw new UsageError(
    `${text} exports no engine, but ${describe(engine)}. Export an engine, or a function without parameters that returns one.`,
  );
}

/** A `#` may also belong to the name of the file. */
function placeOf(text: string): { readonly path: string; readonly name?: string } {
  const mark = text.lastIndexOf("#");
  if (mark < 0 || existsSync(text)) return { path: text };
  return { path: text.slice(0, mark), name: text.slice(mark + 1) };
}

/** What a module exports. @throws UsageError */
export async function loadModule(path: string): Promise<Module> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UsageError(`There is no module ${path}. Check the path.`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot load ${path}: ${reason}. See that Node runs it: node ${path}`, { cause: error });
  }
}

function pick(module: Module, path: string, name: string | undefined): unknown {
  const names = Object.keys(module);
  const wanted = name ?? (names.includes("default") || names.length !== 1 ? "default" : names[0]);
  if (wanted !== undefined && names.includes(wanted)) return module[wanted];
  const known = names.length === 0 ? "It exports nothing" : `It exports ${names.join(", ")}`;
  const missing = name === undefined ? "no default" : `no "${name}"`;
  throw new UsageError(`${path} exports ${missing}. ${known}: name one, as in ${path}#${names[0] ?? "engine"}.`);
}

/** Engines may come from another copy of the packages, so they are known by what they can do. */
export function isEngine(value: unknown): value is Engine {
  const { eventStore, eventFeed, close } = (value ?? {}) as Partial<Engine>;
  return [eventStore?.append, eventStore?.listReceipts, eventFeed?.read, close].every(
    (method) => typeof method === "function",
  );
}

function describe(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}

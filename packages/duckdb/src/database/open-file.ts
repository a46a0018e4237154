/** Opens a DuckDB file for this process alone, and lets SQL reach nothing beside it. */
import { mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { DuckDbFileError } from "../errors.ts";
import { createSchema } from "./schema.ts";

export interface FileOptions {
  readonly path: string;
  readonly exportFolder?: string;
  readonly memoryLimit?: string;
  readonly threads?: number;
}

export interface OpenFile {
  readonly path: string;
  readonly instance: DuckDBInstance;
  /** The connection that writes. */
  readonly writer: DuckDBConnection;
  close(): void;
}

/** DuckDB locks a file against other processes, but not against a second opening in this one. */
const openHere = new Set<string>();

export async function openFile(options: FileOptions): Promise<OpenFile> {
  const path = realPath(options.path);
  if (openHere.has(path)) throw inUse(path, "this process");
  openHere.add(path);
  try {
    return await open(path, options);
  } catch (error) {
    openHere.delete(path);
    throw error;
  }
}

async function open(path: string, { exportFolder, memoryLimit, threads }: FileOptions): Promise<OpenFile> {
  const instance = await createInstance(path, {
    autoinstall_known_extensions: "false",
    ...(memoryLimit !== undefined && { memory_limit: memoryLimit }),
    ...(threads !== undefined && { threads: String(threads) }),
  });
  try {
    const writer = await instance.connect();
    await createSchema(writer, path);
    await confine(writer, exportFolder);
    const close = () => {
      writer.closeSync();
      instance.closeSync();
      openHere.delete(path);
    };
    return { path, instance, writer, close };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function createInstance(path: string, config: Record<string, string>): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, config);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/could not set lock/i.test(reason)) throw inUse(path, "another process", error);
    if (/not a valid DuckDB database file/i.test(reason))
      throw new DuckDbFileError("not-ours", `${path} is no DuckDB file. Choose another path.`, { cause: error });
    throw error;
  }
}

/** From here on no statement reads or writes other files, or loads extensions. */
async function confine(writer: DuckDBConnection, exportFolder: string | undefined): Promise<void> {
  if (exportFolder !== undefined) {
    mkdirSync(exportFolder, { recursive: true });
    await writer.run(`SET allowed_directories = ['${resolve(exportFolder).replaceAll("'", "''")}']`);
  }
  await writer.run("SET enable_external_access = false");
  await writer.run("SET lock_configuration = true");
}

/** The same for every way to name the file, which may not exist yet. */
function realPath(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return join(realpathSync(dirname(path)), basename(path));
}

function inUse(path: string, who: string, cause?: unknown): DuckDbFileError {
  const message = `${path} is open in ${who}, and one at a time may have it. Close it there, or share the one that is open.`;
  return new DuckDbFileError("in-use", message, { cause });
}

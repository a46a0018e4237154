/** A file that is there whole or not at all. */
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { FoldstreamError } from "foldstream";
import { unusableFile } from "./unusable-file.ts";

/** Compresses the pages into a draft beside `path`, and renames that once it is on disk. What is not read yet waits for the disk. */
export async function writeWhole(path: string, pages: AsyncIterable<string>, signal?: AbortSignal): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = createWriteStream(draft, { flush: true });
    await pipeline(Readable.from(withoutEmpty(pages)), createGzip(), file, signal ? { signal } : {});
    await rename(draft, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    signal?.throwIfAborted();
    throw error instanceof FoldstreamError ? error : unusableFile("write", path, error);
  }
}

async function* withoutEmpty(pages: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const page of pages) if (page !== "") yield page;
}

/** Or a power cut might take the name with it. Not every system lets a folder be opened. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

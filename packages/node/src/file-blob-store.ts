/** A blob store in a folder: for one machine, and for tests. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreFailureError } from "foldstream";
import type { BlobStore } from "foldstream/port";

/** The folder is created when the first blob is put. Methods reject with `StoreFailureError` when the file system fails. */
export function fileBlobStore(folder: string): BlobStore {
  const pathOf = (key: string) => `${join(folder, ...key.split("/").map(fileName))}.blob`;
  return {
    put: (key, bytes) => orFail(folder, () => writeWhole(pathOf(key), bytes)),

    get: (key) =>
      orFail(folder, async () => {
        try {
          return await readFile(pathOf(key));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
          throw error;
        }
      }),
  };
}

/** Written under another name and waited for first, so that a crash leaves all of it or nothing. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A part of a key as a file name that leads nowhere else. Without dots, so that no folder is ever named like a blob. */
function fileName(part: string): string {
  return encodeURIComponent(part).replaceAll("*", "%2A").replaceAll(".", "%2E");
}

async function orFail<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    throw new StoreFailureError(
      `The blob folder ${folder} failed: ${message}. Check that it is writable and has room.`,
      {
        cause: error,
      },
    );
  }
}

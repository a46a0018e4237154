/** Blob stores with one mistake each. */
import type { BlobStore } from "foldstream/port";
import type { Blobs, Reopenable } from "../../src/index.ts";
import type { BrokenAdapter } from "./broken-adapter.ts";

type OpenBlobs = Blobs & Reopenable<Blobs>;

function memoryBlobs(kept = new Map<string, Uint8Array>()): BlobStore {
  return {
    async put(key, bytes) {
      kept.set(key, bytes.slice());
    },
    get: async (key) => kept.get(key),
  };
}

/** Blobs that are still there when they are opened again, as if they were on disk. */
export function durableBlobs(blobs = memoryBlobs()): OpenBlobs {
  return { blobs, close: async () => undefined, reopen: async () => durableBlobs(blobs) };
}

function broken(mistake: string, caughtBy: string, breaks: (honest: BlobStore) => Partial<BlobStore>) {
  const open = () => {
    const honest = memoryBlobs();
    return durableBlobs({ ...honest, ...breaks(honest) });
  };
  return { mistake, caughtBy, open } satisfies BrokenAdapter<OpenBlobs>;
}

const asText = (bytes: Uint8Array) => new TextEncoder().encode(new TextDecoder().decode(bytes));

export const brokenBlobStores: readonly BrokenAdapter<OpenBlobs>[] = [
  broken(
    "takes bytes for text",
    "Port gives back what was put, byte for byte, nothing and megabytes alike",
    ({ put }) => ({ put: (key, bytes) => put(key, asText(bytes)) }),
  ),
  broken(
    "gives an empty blob for a key that was never put",
    "Port has nothing under a key that was never put",
    ({ get }) => ({ get: async (key) => (await get(key)) ?? new Uint8Array() }),
  ),
  broken("keeps the first blob under a key", "Port replaces what was under a key", ({ put, get }) => ({
    put: async (key, bytes) => {
      if (!(await get(key))) await put(key, bytes);
    },
  })),
  broken(
    "does not tell upper case from lower case in keys",
    "Port keeps keys apart, whatever they are made of",
    ({ put, get }) => ({
      put: (key, bytes) => put(key.toLowerCase(), bytes),
      get: (key) => get(key.toLowerCase()),
    }),
  ),
  broken(
    "writes a blob in two pieces, between which another writer may come",
    "Port leaves one of the blobs whole that 10 writers put under the same key at once",
    ({ put, get }) => ({
      async put(key, bytes) {
        const half = Math.floor(bytes.length / 2);
        await put(key, bytes.slice(0, half));
        await new Promise((resolve) => setImmediate(resolve));
        const before = (await get(key)) ?? new Uint8Array();
        await put(key, Uint8Array.from([...before, ...bytes.slice(half)]));
      },
    }),
  ),
  {
    mistake: "forgets its blobs when it is closed",
    caughtBy: "G10 has its blobs again when it is reopened",
    open: () => ({ ...durableBlobs(), reopen: async () => durableBlobs() }),
  },
];

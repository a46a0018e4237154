/** The suite of the `BlobStore` port. */
import type { BlobStore } from "foldstream/port";
import { expect } from "vitest";
import type { ConformanceCase } from "../conformance-case.ts";
import { range } from "../example.ts";
import { type Reopenable, registerCases, type Suite } from "../run-case.ts";

export interface Blobs {
  readonly blobs: BlobStore;
}

type BlobCase = ConformanceCase<Blobs & Reopenable<Blobs>>;

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found);

/** Keys as engines make them, and as nobody should. */
const awkwardKeys = [
  "a",
  "A",
  "a/b",
  "a/b/c",
  "a.b",
  "log/counter-1%20%2F/x",
  "é 👍",
  "..",
  "../outside",
  "con",
  "a*b?c",
  "with space ",
];

/** Every promise of the `BlobStore` port, as cases. */
export const blobStoreCases: readonly BlobCase[] = [
  {
    defends: "Port",
    title: "gives back what was put, byte for byte, nothing and megabytes alike",
    async run({ blobs }) {
      const every = Uint8Array.from(range(256));
      const large = new Uint8Array(3_000_000).map((_, index) => (index * 31) % 251);

      await blobs.put("every", every);
      await blobs.put("none", new Uint8Array());
      await blobs.put("large", large);

      expect([...((await blobs.get("every")) ?? [])]).toEqual([...every]);
      expect((await blobs.get("none"))?.length).toBe(0);
      expect(Buffer.compare(Buffer.from((await blobs.get("large")) ?? []), Buffer.from(large))).toBe(0);
    },
  },
  {
    defends: "Port",
    title: "has nothing under a key that was never put",
    async run({ blobs }) {
      await blobs.put("a/b", bytes("there"));

      expect(await blobs.get("a")).toBeUndefined();
      expect(await blobs.get("a/c")).toBeUndefined();
      expect(await blobs.get("b")).toBeUndefined();
    },
  },
  {
    defends: "Port",
    title: "replaces what was under a key",
    async run({ blobs }) {
      await blobs.put("a", bytes("a first, longer text"));
      await blobs.put("a", bytes("second"));

      expect(textOf(await blobs.get("a"))).toBe("second");
    },
  },
  {
    defends: "Port",
    title: "keeps keys apart, whatever they are made of",
    async run({ blobs }) {
      for (const key of awkwardKeys) await blobs.put(key, bytes(`under ${key}`));

      for (const key of awkwardKeys) expect(textOf(await blobs.get(key)), key).toBe(`under ${key}`);
    },
  },
  {
    defends: "Port",
    title: "leaves one of the blobs whole that 10 writers put under the same key at once",
    async run({ blobs }) {
      const versions = range(10).map((writer) => String(writer).repeat(100_000));

      await Promise.all(versions.map((version) => blobs.put("shared", bytes(version))));

      expect(versions).toContain(textOf(await blobs.get("shared")));
    },
  },
  {
    defends: "G10",
    title: "has its blobs again when it is reopened",
    async run({ blobs }, { reopen }) {
      await blobs.put("a/b", bytes("kept"));

      const again = await reopen();

      expect(textOf(await again.blobs.get("a/b"))).toBe("kept");
    },
  },
];

/** Registers with vitest what a blob store must do. Call it at the top level of a test file. */
export function blobStoreConformance(suite: Suite<Blobs>): void {
  registerCases("BlobStore", blobStoreCases, suite);
}

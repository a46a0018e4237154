import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobStoreConformance } from "@foldstream/conformance";
import { expect, it, onTestFinished } from "vitest";
import { fileBlobStore } from "./index.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-blobs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const openIn = (folder: string) => ({
  blobs: fileBlobStore(folder),
  close: async () => undefined,
  reopen: async () => openIn(folder),
});

blobStoreConformance({ name: "files", open: async () => openIn(join(temporaryFolder(), "blobs")) });

it("says which folder cannot be written", async () => {
  const file = join(temporaryFolder(), "a file");
  writeFileSync(file, "in the way");

  const put = fileBlobStore(file).put("key", new Uint8Array(1));

  await expect(put).rejects.toMatchObject({ code: "store-failure", message: expect.stringContaining(file) });
});

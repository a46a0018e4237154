import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { blobStoreConformance } from "@foldstream/conformance";
import { type Moto, startMoto, whyNoMoto } from "@foldstream/dynamodb-local";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3BlobStore } from "./index.ts";

const withoutMoto = whyNoMoto();
const bucket = "blobs";

describe.skipIf(withoutMoto)(`on moto's S3${withoutMoto ? ` (${withoutMoto})` : ""}`, () => {
  let moto: Moto;
  let made = 0;

  const client = () => ({
    endpoint: moto.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  const openUnder = (prefix: string) => ({
    blobs: s3BlobStore({ bucket, prefix, client: client() }),
    close: async () => undefined,
    reopen: async () => openUnder(prefix),
  });

  beforeAll(async () => {
    moto = await startMoto();
    const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
    await new S3Client(client()).send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  });
  afterAll(() => moto?.stop());

  blobStoreConformance({ name: "s3", open: async () => openUnder(`test-${++made}/`) });

  it("names a bucket that does not exist, and the setting", async () => {
    const blobs = s3BlobStore({ bucket: "elsewhere", client: client() });

    for (const attempt of [() => blobs.put("key", new Uint8Array(1)), () => blobs.get("key")]) {
      const failing = attempt();
      await expect(failing).rejects.toMatchObject({ code: "store-failure" });
      await expect(failing).rejects.toThrow(/"elsewhere".*check `bucket`/);
    }
  });
});

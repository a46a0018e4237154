/** Blobs as objects in a bucket. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { StoreFailureError } from "foldstream";
import type { BlobStore } from "foldstream/port";

export interface S3BlobStoreOptions {
  /** Must exist. Blobs are never deleted, so it needs no versioning; encryption is the bucket's business. */
  readonly bucket: string;
  /** Before every key, such as `app/`. Default none. */
  readonly prefix?: string;
  /** Of the SDK's client: region, endpoint, credentials. Default: what the environment says. */
  readonly client?: S3ClientConfig;
}

/** All methods reject with `StoreFailureError` when S3 fails. */
export function s3BlobStore({ bucket, prefix = "", client: config = {} }: S3BlobStoreOptions): BlobStore {
  const client = new S3Client(config);
  const place = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  return {
    async put(key, bytes) {
      try {
        await client.send(new PutObjectCommand({ ...place(key), Body: bytes }));
      } catch (error) {
        throw failure(bucket, error);
      }
    },

    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand(place(key)));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw failure(bucket, error);
      }
    },
  };
}

/** By the name of the SDK's exception. */
const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: "The bucket does not exist: check `bucket` and `client.region`.",
  AccessDenied: "The credentials in `client` may not read or write there: they need s3:GetObject and s3:PutObject.",
  InvalidAccessKeyId: "The access key in `client` is not known.",
  SignatureDoesNotMatch: "The secret key in `client` does not fit the access key.",
  CredentialsProviderError: "No credentials were found: set `client.credentials`, or the AWS environment variables.",
};

function failure(bucket: string, error: unknown): StoreFailureError {
  const { name = "", message = String(error) } = error as { name?: string; message?: string };
  const hint = advice[name] ?? "Check `client.endpoint` and the network.";
  return new StoreFailureError(`S3 failed on the bucket "${bucket}": ${message || name}. ${hint}`, { cause: error });
}

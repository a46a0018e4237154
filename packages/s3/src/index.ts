/** A blob store on Amazon S3, and on what speaks its API. */
export { type S3BlobStoreOptions, s3BlobStore } from "./s3-blob-store.ts";

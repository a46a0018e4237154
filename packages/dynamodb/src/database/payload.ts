/** Text as an attribute: readable while it is small, deflated beyond, and in a blob store where it would not fit an item. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { StoreFailureError } from "foldstream";
import type { BlobStore } from "foldstream/port";

/** Up to here a person reading the table sees text. */
const plainBytes = 600;
/** An item holds 400 KB (docs: "Service, account, and table quotas"); keys and what else is in the item need some of it. */
const itemBytes = 350_000;

export class Payloads {
  readonly #blobs: BlobStore | undefined;

  constructor(blobs: BlobStore | undefined) {
    this.#blobs = blobs;
  }

  /** `what` names the text in an error; `blobKey` is where it goes when it is too large, and must be new. */
  async encode(text: string, what: string, blobKey: () => string): Promise<AttributeValue> {
    if (Buffer.byteLength(text) <= plainBytes) return { S: text };
    const bytes = deflateRawSync(text);
    if (bytes.length <= itemBytes) return { B: bytes };
    if (!this.#blobs) throw tooLarge(what, bytes.length);
    const key = blobKey();
    await this.#blobs.put(key, bytes);
    return { M: { blob: { S: key }, bytes: { N: String(bytes.length) } } };
  }

  async decode(value: AttributeValue): Promise<string> {
    if (value.S !== undefined) return value.S;
    return inflateRawSync(value.B ?? (await this.#blob(value.M?.blob?.S ?? ""))).toString("utf8");
  }

  async #blob(key: string): Promise<Uint8Array> {
    const bytes = await this.#blobs?.get(key);
    if (bytes) return bytes;
    throw new StoreFailureError(
      `The blob "${key}" ${this.#blobs ? "is missing from the blob store" : "needs a blob store: set `blobs`"}.`,
    );
  }
}

function tooLarge(what: string, bytes: number): StoreFailureError {
  return new StoreFailureError(
    `${what} takes ${bytes} bytes, deflated; without a blob store at most ${itemBytes} fit. Nothing was written. ` +
      "Set `blobs` on the engine, or write less at once.",
  );
}

/** About the bytes that an attribute counts for (docs: "Item sizes and formats"). */
export function payloadBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  return value.B?.length ?? 100;
}

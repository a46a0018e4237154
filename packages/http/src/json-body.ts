/** Reads a JSON body once, within a limit. */
import { RefusedRequest } from "./problem.ts";

/** Refuses what is not UTF-8: replacing bytes would change data without a word. */
const utf8 = new TextDecoder("utf-8", { fatal: true });
const json = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|\s*$)/i;

/**
 * The body as JSON. A JSON media type is required even for an empty object: browsers send it across sites only after a preflight, so
 * a foreign page cannot make a signed-in user's browser execute commands.
 */
export async function jsonBody(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type === null || !json.test(type)) {
    throw new RefusedRequest(
      "unsupported-media-type",
      "Send Content-Type: application/json.",
      {},
      { accept: "application/json" },
    );
  }
  const bytes = await bodyOf(request, limit);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new RefusedRequest(
      "invalid-json",
      "Send one JSON value in UTF-8, {} when there is nothing to say. Nothing was executed.",
    );
  }
}

/** A declared length is trusted to end the body (HTTP servers enforce it), so that the host may read it in one piece. */
async function bodyOf(request: Request, limit: number): Promise<ArrayBuffer | Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared === null) return collected(request, limit);
  if (Number(declared) > limit) throw tooLarge(limit);
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return bytes;
}

async function collected(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function tooLarge(limit: number): RefusedRequest {
  return new RefusedRequest("body-too-large", `The limit is ${limit} bytes. Nothing was executed.`);
}

/** Entity tags of answers: a digest of the body, so equal answers have equal tags in every process. */

const encoder = new TextEncoder();

/** SHA-256 cut to 120 bits, in base64. */
export async function contentEtag(body: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(body));
  return `"${btoa(String.fromCharCode(...new Uint8Array(digest, 0, 15)))}"`;
}

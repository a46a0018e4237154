/** Ids for commands whose caller gave none. */

/** A UUID; where the page is not a secure context, and browsers offer none, 128 random bits in hexadecimal. */
export function newCommandId(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), hexadecimal).join("");
}

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

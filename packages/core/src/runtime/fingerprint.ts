/** Digest of a command, to tell a retry from a different command under the same id. */
import { canonicalJson } from "./json.ts";

/**
 * 64 bits as 16 hexadecimal digits: FNV-1a (Fowler, Noll, Vo) over UTF-16 code units in one 32-bit lane, and the same with a shift
 * mixed in, so that the lanes do not collide together, in the other. It guards against mistakes, not against an attacker, who could simply choose another command id.
 */
export function fingerprint(command: string, data: unknown): string {
  const text = canonicalJson([command, data ?? null]);
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit ^ (second >>> 15), 0x01000193);
  }
  return hex(first) + hex(second);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}

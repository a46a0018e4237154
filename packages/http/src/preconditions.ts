/** If-Match and If-None-Match on commands (RFC 9110): the version of the stream as a strong entity tag, `"v42"`. */
import { RefusedRequest } from "./problem.ts";

export function etagOf(version: number): string {
  return `"v${version}"`;
}

/** The version that the request expects; 0 for a stream that must be new. */
export function expectedVersion(headers: Headers): number | undefined {
  const match = headers.get("if-match");
  const noneMatch = headers.get("if-none-match");
  if (match === null && noneMatch === null) return undefined;
  if (match !== null && noneMatch !== null) throw malformed("If-Match and If-None-Match exclude each other");
  return match === null ? mustBeNew(noneMatch) : versionIn(match);
}

function mustBeNew(value: string | null): number {
  if (value?.trim() === "*") return 0;
  throw malformed("If-None-Match takes * on commands: the stream must be new");
}

function versionIn(value: string): number {
  const version = Number(/^"v(\d{1,16})"$/.exec(value.trim())?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(version)) return version;
  throw malformed('If-Match takes one strong entity tag with the version of the stream, such as "v42"');
}

function malformed(detail: string): RefusedRequest {
  return new RefusedRequest("invalid-header", `${detail}. Nothing was executed.`);
}

/** True when the client holds the representation already; tags are compared weakly, as If-None-Match demands. */
export function holds(headers: Headers, etag: string): boolean {
  const value = headers.get("if-none-match");
  if (value === null) return false;
  return value.trim() === "*" || value.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

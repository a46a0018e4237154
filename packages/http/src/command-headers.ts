/** The headers of a command that are not preconditions: Idempotency-Key and traceparent. */
import { RefusedRequest } from "./problem.ts";

/** A string of structured fields (RFC 9651, section 3.3.3), as the Idempotency-Key draft writes keys. */
const quoted = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const visible = /^[\x21-\x7e]{1,255}$/;

/** The key as it was meant, sent bare (as most clients do) or quoted (as the draft says); both spell the same command id. */
export function idempotencyKey(headers: Headers): string | undefined {
  const value = headers.get("idempotency-key");
  if (value === null) return undefined;
  const key = value.startsWith('"') ? quoted.exec(value)?.[1]?.replace(/\\(["\\])/g, "$1") : value;
  if (key !== undefined && visible.test(key)) return key;
  throw new RefusedRequest(
    "invalid-header",
    "Idempotency-Key takes 1 to 255 visible ASCII characters, bare or as a quoted string. Nothing was executed.",
  );
}

const traceContext = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C Trace Context; a malformed one is dropped, as the recommendation asks. */
export function traceparent(headers: Headers): string | undefined {
  const value = headers.get("traceparent");
  return value !== null && traceContext.test(value) ? value : undefined;
}

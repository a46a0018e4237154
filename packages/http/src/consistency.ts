/** What a query should include and how long it may wait for that: Consistency-Token and `Prefer: wait` (RFC 7240). */
import { RefusedRequest } from "./problem.ts";

export interface Consistency {
  /** Every one of them must be included. Several come from commands that ran at the same time. */
  readonly tokens: readonly string[];
  readonly waitMs: number;
  /** `wait=<s>`, when the request asked for it. */
  readonly applied: string | undefined;
}

const mostTokens = 64;
const defaultWaitMs = 5_000;

export function consistencyOf(headers: Headers, maxWaitMs: number): Consistency {
  const wanted = waitIn(headers.get("prefer"));
  const seconds = wanted === undefined ? undefined : Math.min(wanted, Math.floor(maxWaitMs / 1_000));
  return {
    tokens: tokensIn(headers.get("consistency-token")),
    waitMs: seconds === undefined ? Math.min(defaultWaitMs, maxWaitMs) : seconds * 1_000,
    applied: seconds === undefined ? undefined : `wait=${seconds}`,
  };
}

/** Separated by a comma and a space, as several header lines are joined too; a token itself may hold commas. */
function tokensIn(value: string | null): readonly string[] {
  const tokens = (value ?? "").split(/,?\s+/).filter((token) => token !== "");
  if (tokens.length <= mostTokens) return [...new Set(tokens)];
  throw new RefusedRequest("invalid-header", `Consistency-Token takes at most ${mostTokens} tokens.`);
}

/** Unknown and malformed preferences are ignored, as RFC 7240 asks. */
function waitIn(prefer: string | null): number | undefined {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i.exec(prefer ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

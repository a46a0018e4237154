/** What a query should include and how long it may wait for that: Consistency-Token and `Prefer: wait` (RFC 7240). */
import type { QueryOptions, QueryOutcome } from "foldstream";
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

/** Asks once per token and keeps the last answer, which includes all of them: what is in a read model stays in. */
export async function askWith(
  { tokens, waitMs }: Consistency,
  ask: (options: QueryOptions) => Promise<QueryOutcome<unknown>>,
): Promise<QueryOutcome<unknown>> {
  const deadline = performance.now() + waitMs;
  for (const after of tokens.slice(0, -1)) {
    const outcome = await ask({ after, waitMs: Math.max(0, deadline - performance.now()) });
    if (!outcome.ok) return outcome;
  }
  const after = tokens.at(-1);
  return after === undefined ? ask({}) : ask({ after, waitMs: Math.max(0, deadline - performance.now()) });
}

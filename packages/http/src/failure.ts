/** Exceptions as problems: the ones with a meaning for the client, and the rest as an opaque 500. */
import { isFoldstreamError, type UnknownNameError } from "foldstream";
import { type Problem, type ProblemHeaders, problem, RefusedRequest } from "./problem.ts";

export interface Failure {
  readonly problem: Problem;
  readonly headers: ProblemHeaders;
  /** True when the operator should hear of it. */
  readonly report: boolean;
}

/** Never tells the client what an exception says, since that may hold data or internals. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RefusedRequest) return { problem: error.problem, headers: error.headers, report: false };
  const known = isFoldstreamError(error) ? knownProblem(error) : undefined;
  if (known) return { problem: known, headers: {}, report: known.status === 503 && known.code !== "stopped" };
  const detail =
    "The error was recorded under the id in `instance`. Whether anything was written is not known; a retry with the same Idempotency-Key is safe.";
  return { problem: problem("unexpected", { detail }), headers: {}, report: true };
}

function knownProblem(error: { readonly code: string; readonly message: string }): Problem | undefined {
  switch (error.code) {
    case "unknown-name":
      return unknownName(error);
    case "invalid-token":
      return problem("invalid-token", { detail: "Pass a Consistency-Token that a command of this store returned." });
    case "too-many-streams":
      return problem("invalid", { detail: error.message });
    case "store-failure":
      return problem("unavailable", { detail: "Retry with the same Idempotency-Key.", retryAfter: 1 });
    case "stopped":
      return problem("stopped", {
        detail: "Retry, with the same Idempotency-Key, on another instance or after the restart.",
        retryAfter: 1,
      });
    default:
      return undefined;
  }
}

function unknownName(error: object): Problem {
  const nearest = (error as Partial<UnknownNameError>).nearest ?? [];
  const hint = nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}?` : "See /openapi.json for what there is.";
  return problem("unknown-name", { detail: hint, nearest });
}

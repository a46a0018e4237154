/** What can go wrong with OpenSearch, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const brand = Symbol.for("foldstream.opensearch-index-error");

export type OpenSearchIndexProblem = "other-columns" | "missing" | "too-long" | "too-far";

/** An index cannot be used as it is, or not for this question. Nothing was changed. */
export class OpenSearchIndexError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: OpenSearchIndexProblem;

  constructor(problem: OpenSearchIndexProblem, message: string) {
    super("store-failure", message);
    this.problem = problem;
  }
}

/** True for an `OpenSearchIndexError`, also one from another copy of this package. */
export function isOpenSearchIndexError(error: unknown): error is OpenSearchIndexError {
  return typeof error === "object" && error !== null && brand in error;
}

/** Wraps what the client throws; passes on our own. The client's errors hold requests and credentials, so only what they say is kept. */
export function storeFailure(error: unknown, doing: string): Error {
  if (error instanceof FoldstreamError) return error;
  return new StoreFailureError(
    `OpenSearch failed in ${doing}: ${reasonOf(error)}. Check the node, its health and the credentials; the step is taken again.`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { body } = error as { readonly body?: { readonly error?: { readonly reason?: string } } };
  return [error.message, body?.error?.reason].filter(Boolean).join(": ");
}

/** What can go wrong with Algolia, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const brand = Symbol.for("foldstream.algolia-index-error");

export type AlgoliaIndexProblem = "other-columns" | "missing" | "out-of-order";

/** An index cannot be used as it is. Nothing was changed. */
export class AlgoliaIndexError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: AlgoliaIndexProblem;

  constructor(problem: AlgoliaIndexProblem, message: string) {
    super("store-failure", message);
    this.problem = problem;
  }
}

/** True for an `AlgoliaIndexError`, also one from another copy of this package. */
export function isAlgoliaIndexError(error: unknown): error is AlgoliaIndexError {
  return typeof error === "object" && error !== null && brand in error;
}

/** Wraps what the client throws; passes on our own. The client's errors hold requests and keys, so only what they say is kept. */
export function storeFailure(error: unknown, doing: string): Error {
  if (error instanceof FoldstreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFailureError(
    `Algolia failed in ${doing}: ${reason}. Check the application's id, the rights of the key and the plan's limits; the step is taken again.`,
  );
}

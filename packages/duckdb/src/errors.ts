/** What can go wrong with a DuckDB file, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const brand = Symbol.for("foldstream.duckdb-file-error");

export type DuckDbFileProblem = "not-ours" | "newer-version" | "in-use" | "other-columns" | "no-export-folder";

/** The file cannot be used as it is, or not in this way. It has not been touched. */
export class DuckDbFileError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: DuckDbFileProblem;

  constructor(problem: DuckDbFileProblem, message: string, options?: { readonly cause?: unknown }) {
    super("store-failure", message, options);
    this.problem = problem;
  }
}

/** True for a `DuckDbFileError`, also one from another copy of this package. */
export function isDuckDbFileError(error: unknown): error is DuckDbFileError {
  return typeof error === "object" && error !== null && brand in error;
}

/** Wraps an exception of DuckDB; passes on our own. */
export function storeFailure(error: unknown, path: string): Error {
  if (error instanceof FoldstreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFailureError(
    `DuckDB failed on ${path}: ${reason} Nothing of this step was kept. If it says that the database has been invalidated, restart.`,
    { cause: error },
  );
}

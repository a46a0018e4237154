/** What can go wrong with a database file, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const brand = Symbol.for("foldstream.sqlite-file-error");

export type SqliteFileProblem = "not-ours" | "newer-version" | "in-memory" | "other-columns" | "onto-itself";

/** The file cannot be used as it is. It has not been touched. */
export class SqliteFileError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: SqliteFileProblem;

  constructor(problem: SqliteFileProblem, message: string) {
    super("store-failure", message);
    this.problem = problem;
  }
}

export function isSqliteFileError(error: unknown): error is SqliteFileError {
  return typeof error === "object" && error !== null && brand in error;
}

/** Names of the primary result codes worth an explanation (sqlite.org/rescode.html). */
const advice: Readonly<Record<number, string>> = {
  5: "Another process holds the file for writing. Only one writer can be at work at a time.",
  8: "The file or its folder is read-only for this user.",
  10: "The disk reported an error.",
  11: "The file is damaged. Restore a backup.",
  13: "The disk, or the size limit of the database, is full. Free space; what was acknowledged is safe.",
  14: "The file cannot be opened. Check the path and its permissions.",
};

/** Primary result code; the higher bits tell variants apart. */
function resultCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/** True when another process was writing. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === 5;
}

/** Wraps an exception of `node:sqlite`; passes on our own. */
export function storeFailure(error: unknown, path: string): Error {
  if (error instanceof FoldstreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFailureError(
    `SQLite failed on ${path}: ${reason}. ${advice[resultCode(error)] ?? "Nothing of this write was kept."}`,
    { cause: error },
  );
}

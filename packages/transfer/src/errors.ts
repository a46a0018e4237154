/** What can go wrong with a copy or a backup, each with what to do about it. */
import { FoldstreamError } from "foldstream";

const brand = Symbol.for("foldstream.transfer-error");

export type TransferProblem =
  /** The target holds something that the source does not. */
  | "target-differs"
  /** The copy is not equal to its source. */
  | "copy-differs"
  /** The source was written to for as long as it was copied. */
  | "source-busy"
  /** The file is cut off, or was changed after it was written. */
  | "damaged-backup"
  /** The file is something else, or from a newer release. */
  | "not-a-backup"
  /** The file cannot be read or written. */
  | "unusable-file";

/** A copy, backup or restore that was refused or failed. The message says what to do. */
export class TransferError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: TransferProblem;

  constructor(problem: TransferProblem, message: string, options?: { readonly cause?: unknown }) {
    super("store-failure", message, options);
    this.problem = problem;
  }
}

export function isTransferError(error: unknown): error is TransferError {
  return typeof error === "object" && error !== null && brand in error;
}

/** How far a copy has come, and how it is stopped. */

export type TransferPhase =
  /** Reading what the target holds already, and comparing it with the source. */
  | "compare"
  | "events"
  | "receipts"
  /** Reading the target again, to compare count and digest. */
  | "verify";

export interface TransferProgress {
  readonly phase: TransferPhase;
  /** Events, or in the phase `receipts` receipts, that the phase has done. */
  readonly done: number;
  /** How much of the phase that is, from 0 to 1. Absent where nobody knows beforehand. */
  readonly share?: number;
}

export interface TransferOptions {
  /** Called after each page. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Stops between two writes; those on their way are finished first. Rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

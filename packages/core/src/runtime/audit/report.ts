/** What an audit tells. */
import type { FeedPoint } from "../../port/event-feed.ts";
import type { IndexProblem } from "../../port/read-model-store.ts";

/**
 * `missing`: the log gives a row that is not there. `stale`: the row equals what it was after an earlier event. `extra`: the log gives
 * no such row. `corrupt`: anything else, unreadable rows included.
 */
export type DriftKind = "missing" | "stale" | "extra" | "corrupt";

export const driftKinds: readonly DriftKind[] = ["missing", "stale", "extra", "corrupt"];

export interface DriftedRow {
  readonly kind: DriftKind;
  /** Of facts: their place, as `factKey` writes it. */
  readonly key: string;
  /** The columns that differ, where both the log and the read model have a row. */
  readonly columns: readonly string[];
  /** Why the row cannot be read. */
  readonly problem?: string;
}

/** Numbers of rows by kind. */
export type Drift = Readonly<Record<DriftKind, number>>;

export interface ReadModelAudit {
  readonly projection: string;
  readonly version: number;
  /** True when everything that was compared is as the log says. After a repair it tells what was found before. */
  readonly ok: boolean;
  /** Checkpoints up to which the log was folded: what is behind them is lag, not drift. */
  readonly checkpoints: readonly FeedPoint[];
  /** Rows compared. */
  readonly rows: number;
  readonly drift: Drift;
  /** The first of the drifted rows, at most `settings.auditFindings`. */
  readonly drifted: readonly DriftedRow[];
  readonly indexes: readonly IndexProblem[];
  /** Rows that could not be compared, since they changed faster than they could be looked at. Audit again. */
  readonly unsettled: number;
  /** Rows that differ only in what depends on the order between partitions, so that the log does not say which is right. */
  readonly undecided: number;
  /** Streams that are parked: what they wait with was left out on both sides. */
  readonly parked: number;
  /** Rows that were written as the log gives them, by a repair. */
  readonly repaired: number;
  /** What kept the audit from comparing all of it. */
  readonly problem?: string;
  /** Which part of the keys was compared, where it was not all of them. */
  readonly sample?: NonNullable<AuditOptions["sample"]>;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
}

/** What is kept of an audit beside the read model. */
export interface AuditResult extends Omit<ReadModelAudit, "projection" | "checkpoints" | "drifted" | "indexes"> {
  /** Problems with indexes. */
  readonly indexes: number;
}

export function auditResult({ projection, checkpoints, drifted, indexes, ...kept }: ReadModelAudit): AuditResult {
  return { ...kept, indexes: indexes.length };
}

export interface AuditProgress {
  readonly projection: string;
  /** Events folded and rows compared so far. A read model with many keys is folded several times. */
  readonly events: number;
  readonly rows: number;
}

export interface AuditOptions {
  /** Names. Default: all. @throws UnknownNameError */
  readonly projections?: readonly string[];
  /** Only the keys of one of so many parts of equal size: `{ part: 0, of: 100 }` is about a hundredth. */
  readonly sample?: { readonly part: number; readonly of: number };
  /** Events and rows read in a second, at most. Default: as fast as it goes. */
  readonly perSecond?: number;
  readonly onProgress?: (progress: AuditProgress) => void;
  /** Stops at the next page, by throwing. An `AbortSignal` is one. */
  readonly signal?: { throwIfAborted(): void };
}

/** What a comparison of two builds tells. */
import type { AuditProgress } from "../audit/report.ts";
import type { BuildPlace } from "../rebuild/rebuild-types.ts";

export interface CompareOptions {
  /** Rows read in a second, at most. Default: as fast as it goes. */
  readonly rowsPerSecond?: number;
  /** Told of each page that was read. */
  readonly onProgress?: (progress: AuditProgress) => void;
  /** An `AbortSignal`, or anything like it: once `aborted`, the comparison ends with StoppedError. */
  readonly signal?: { readonly aborted: boolean };
}

/** One side of a comparison. */
export interface ComparedBuild extends BuildPlace {
  /** Rows that were compared. */
  readonly rows: number;
  /** Of these rows, and of the columns that were compared: the same for equal rows in whatever order, in whatever target. */
  readonly digest: string;
  /** Streams that are parked: what they wait with is not in the rows. */
  readonly parked: number;
  /** Positions of the log that it lacked in the end. Rows that differ for that alone are not counted as differing. */
  readonly lag: number;
}

export interface DifferingRow {
  /** Of facts: their place, as `factKey` writes it. */
  readonly key: string;
  /** Which of the builds have it. */
  readonly in: "live" | "build" | "both";
  /** The columns that differ, where both have it. */
  readonly columns: readonly string[];
  /** Why it cannot be read. */
  readonly problem?: string;
}

export interface BuildComparison {
  readonly projection: string;
  /** True when every row was compared and none differs. */
  readonly equal: boolean;
  readonly live: ComparedBuild;
  /** The one that is compared with it. */
  readonly build: ComparedBuild;
  /** Columns that were compared: those that both have. */
  readonly columns: readonly string[];
  /** Columns that only one of them has, or that have another type. */
  readonly otherColumns: readonly string[];
  /** Numbers of rows that differ, by who has them. */
  readonly differences: Readonly<Record<DifferingRow["in"], number>>;
  /** The first of them, at most `settings.auditFindings`. */
  readonly differing: readonly DifferingRow[];
  /** Rows that changed faster than they could be looked at. Compare again. */
  readonly unsettled: number;
  /** What kept them from being compared at one position, if anything did. */
  readonly problem?: string;
  readonly ms: number;
}

/** What a runtime tells about itself. Reading it starts nothing. */
import type { ReadModelAudit } from "./audit/report.ts";

export interface PartitionStatus {
  readonly partition: string;
  /** Checkpoint: everything up to here is in the read model. */
  readonly position: number;
  /** Newest position in the feed. */
  readonly head: number;
  /** `head - position`: an upper bound of the events still to come. */
  readonly lag: number;
}

export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** The build of that version that the app keeps up to date, and its checkpoints below. */
  readonly build: number;
  /** What queries read; absent while a raised version is being built and the one before lacks what the app declares. */
  readonly serving?: { readonly version: number; readonly build: number };
  /**
   * `stopped`: not running here. `elsewhere`: this worker does not hold the lease, so another one works on it, or is about to.
   * `failing`: the last step, or the last look at the leases, failed and is being retried. `halted`: so many streams fail that no more are
   * parked; it goes on when its handlers are fixed or what is parked is redriven. `idle`: all caught up.
   */
  readonly state: "stopped" | "elsewhere" | "running" | "idle" | "failing" | "halted";
  /** The worker that holds the lease, as last seen here; absent while nobody has it. */
  readonly holder?: string;
  /** Message of the error that is being retried. */
  readonly error?: string;
  /** Streams that are set aside: their events wait for a redrive. */
  readonly parked: number;
  readonly partitions: readonly PartitionStatus[];
  /** The last audit of the read model in this process. */
  readonly lastAudit?: ReadModelAudit;
}

export interface PolicyStatus extends Omit<ProjectionStatus, "version" | "build" | "serving"> {
  /** Commands and effects that are due, not counting those that wait behind a failing one. */
  readonly waiting: number;
  /** Timers that are set, and schedules. */
  readonly timers: number;
  /** Targets whose next command or effect failed and is being retried. What comes after it for the same target waits. */
  readonly failing: number;
  /** The same, given up until someone has a look. */
  readonly parked: number;
}

export interface RuntimeStatus {
  /** False once the runtime has been told to stop. */
  readonly accepting: boolean;
  /** The name under which this runtime holds leases. */
  readonly worker: string;
  readonly projections: readonly ProjectionStatus[];
  readonly policies: readonly PolicyStatus[];
}

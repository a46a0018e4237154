/** What a runtime tells about its consumers, wherever they run. Reading it starts nothing. */
import type { AuditResult } from "../audit/report.ts";
import type { WorkReport } from "../lease/lease-note.ts";

export interface PartitionStatus {
  readonly partition: string;
  /** Checkpoint: everything up to here is in the read model. */
  readonly position: number;
  /** Newest position in the feed. */
  readonly head: number;
  /** `head - position`: an upper bound of the events still to come. */
  readonly lag: number;
  /** Age of the oldest event that is still to come, in milliseconds; 0 when there is none. */
  readonly lagMs: number;
}

/**
 * How a consumer does, wherever it runs. `idle`: it has all there is. `working`: events wait, and it takes them in. `failing`: what it
 * does fails, and is being retried. `stalled`: events have waited for longer than twice `leaseMs`, and nobody has taken a step for as
 * long: its worker is gone, stands still or keeps failing. `halted`: so many streams fail that it parks no more, until somebody helps.
 */
export type Health = "idle" | "working" | "failing" | "stalled" | "halted";

interface ConsumerStatus {
  readonly name: string;
  /**
   * In this process. `stopped`: not running here. `elsewhere`: this worker does not hold the lease, so another one works on it, or is
   * about to. `failing`: the last step, or the last look at the leases, failed and is being retried. `halted`: so many streams fail that
   * no more are parked; it goes on when its handlers are fixed or what is parked is redriven. `idle`: all caught up.
   */
  readonly state: "stopped" | "elsewhere" | "running" | "idle" | "failing" | "halted";
  readonly health: Health;
  /** The worker that holds the lease, as last seen here; absent while nobody has it. */
  readonly holder?: string;
  /** What that worker, or the one before it, told last. Its clock may differ from the one here. */
  readonly work?: WorkReport;
  /** Message of the error that is being retried. */
  readonly error?: string;
  readonly partitions: readonly PartitionStatus[];
}

export interface ProjectionStatus extends ConsumerStatus {
  readonly version: number;
  /** The build of that version that the app keeps up to date, and its checkpoints below. */
  readonly build: number;
  /** What queries read; absent while a raised version is being built and the one before lacks what the app declares. */
  readonly serving?: { readonly version: number; readonly build: number };
  /** Streams that are set aside: their events wait for a redrive. */
  readonly parked: number;
  /** The last audit of the read model, in whatever process. */
  readonly lastAudit?: AuditResult;
}

export interface PolicyStatus extends ConsumerStatus {
  /** Commands and effects that are due, not counting those that wait behind a failing one. */
  readonly waiting: number;
  /** Timers that are set, and schedules. */
  readonly timers: number;
  /** Targets whose next command or effect failed and is being retried. What comes after it for the same target waits. */
  readonly failing: number;
  /** The same, given up until someone has a look. */
  readonly parked: number;
  /** Streams whose events its handlers fail on: they wait for a redrive. */
  readonly parkedStreams: number;
}

export interface RuntimeStatus {
  /** False once the runtime has been told to stop. */
  readonly accepting: boolean;
  /** The name under which this runtime holds leases. */
  readonly worker: string;
  readonly projections: readonly ProjectionStatus[];
  readonly policies: readonly PolicyStatus[];
}

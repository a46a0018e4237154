/** Tells in numbers how an app's copies stand, so that alarms can be set on what lasts. */
import type { PartitionStatus, RuntimeStatus } from "foldstream";
import type { LambdaHost } from "../host.ts";

/** Metrics of one look at the status. */
export interface Standing {
  /** Streams, and commands and effects, that are set aside until somebody has a look. */
  readonly Parked: number;
  /** Age of the oldest event that a projection or policy has not taken in. */
  readonly LagSeconds: number;
}

export type ReportMetrics = (metrics: Standing) => void;

/** A look that fails holds up no work. */
export async function reportStanding({ runtime, metrics, log }: LambdaHost): Promise<void> {
  try {
    metrics(standingOf(await runtime.status()));
  } catch (error) {
    log("warn", "How the copies stand could not be told. It is told with the next schedule.", { error });
  }
}

function standingOf({ projections, policies }: RuntimeStatus): Standing {
  const parked = [
    ...projections.map((projection) => projection.parked),
    ...policies.map((policy) => policy.parked + policy.parkedStreams),
  ];
  const partitions: readonly PartitionStatus[] = [...projections, ...policies].flatMap((one) => one.partitions);
  const lagMs = partitions.reduce((longest, { lagMs }) => Math.max(longest, lagMs), 0);
  return { Parked: parked.reduce((sum, count) => sum + count, 0), LagSeconds: lagMs / 1_000 };
}

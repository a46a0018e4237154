/** Tells a consumer that stands still from one that has nothing to do. */
import type { WorkReport } from "../lease/lease-note.ts";
import type { Health, PartitionStatus } from "./status.ts";

export interface Sight {
  readonly now: number;
  /** Of this process: what counts where no worker has told its own. */
  readonly leaseMs: number;
  /** Whether anybody holds the lease. */
  readonly isHeld: boolean;
  readonly work?: WorkReport;
  readonly partitions: readonly Pick<PartitionStatus, "lagMs">[];
}

/** A worker tells three times in `leaseMs` how it does, so one that told nothing for twice as long is gone, or the clocks differ much. */
const leasesBeforeStall = 2;

export function healthOf({ now, isHeld, work, partitions, leaseMs }: Sight): Health {
  const patienceMs = leasesBeforeStall * (work?.leaseMs ?? leaseMs);
  const isLong = (since: number) => now - since > patienceMs;
  const isAlive = isHeld && work !== undefined && !isLong(work.at);
  const waitsLong = partitions.some(({ lagMs }) => lagMs > patienceMs);
  if (isAlive && work.state === "halted") return "halted";
  if (waitsLong && !(isAlive && isMoving(work, isLong))) return "stalled";
  if (isAlive && work.state === "failing") return "failing";
  return partitions.some(({ lagMs }) => lagMs > 0) ? "working" : "idle";
}

function isMoving({ failingSince, steppedAt = 0, since }: WorkReport, isLong: (since: number) => boolean): boolean {
  return !isLong(failingSince ?? Math.max(steppedAt, since));
}

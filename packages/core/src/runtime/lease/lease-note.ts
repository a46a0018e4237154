/** What is noted beside a lease: what its holder tells of its work, and the last audit. So any process can tell how each consumer does. */
import type { Lease, LeaseStore, ReadModel } from "../../port/read-model-store.ts";
import type { AuditResult } from "../audit/report.ts";

/** What the holder of a lease told, as of `at`, by its own clock: milliseconds since 1970, like all times here. */
export interface WorkReport {
  readonly at: number;
  readonly state: "stopped" | "running" | "idle" | "failing" | "halted";
  /** Message of the error that is being retried, cut off where it is long. */
  readonly error?: string;
  /** Since when it fails. */
  readonly failingSince?: number;
  /** When it took the lease. */
  readonly since: number;
  /** When it took its last step under the lease. */
  readonly steppedAt?: number;
  /** Over the last seconds. */
  readonly eventsPerSecond: number;
  /** Its setting: a report that is much older comes from a worker that is gone or stands still. */
  readonly leaseMs: number;
}

export interface LeaseNote {
  readonly work?: WorkReport;
  readonly audit?: AuditResult;
}

const mostTries = 5;

/** A note in another form, as another release may have written it, tells nothing. */
export function noteOf(lease: Lease | undefined): LeaseNote {
  try {
    return JSON.parse(lease?.note ?? "{}");
  } catch {
    return {};
  }
}

/** What to write beside a lease: what was noted, with these changes. */
export function noted(lease: Lease | undefined, change: LeaseNote): Pick<Lease, "note"> {
  return { note: JSON.stringify({ ...noteOf(lease), ...change }) };
}

/** Notes an audit. The holder, who may renew its lease at the same time, just renews it again. */
export async function noteAudit(leases: LeaseStore, model: ReadModel, audit: AuditResult): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const [lease] = await leases.read([model]);
    const before = lease ?? { epoch: 1, holder: null, beat: 0 };
    const next = { ...before, beat: before.beat + 1, ...noted(lease, { audit }) };
    if (await leases.replace(model, lease, next)) return;
  }
}

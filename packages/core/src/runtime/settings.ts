/** Limits and sizes of a runtime, with the defaults that `createRuntime` fills in. */
import type { ParkingSettings } from "./parking/parking-limit.ts";

export interface Settings {
  /** Commands of one stream decided together and appended in one write, at most. */
  readonly commandsPerAppend: number;
  /** Retries of an append that lost against another process, before the caller is told. */
  readonly conflictRetries: number;
  /** Upper bound of the first pause between them, in milliseconds; doubles each time, with full jitter. */
  readonly conflictBackoffMs: number;
  /** Streams whose state is kept in memory, at most. */
  readonly cachedStreams: number;
  /** Largest event data, in UTF-16 code units of its JSON. */
  readonly eventSize: number;
  /** Events a projection takes per step. */
  readonly eventsPerStep: number;
  /**
   * Least time between steps of a projection that has caught up, in milliseconds: events that come in between share a step and its
   * commit. It is also the delay that it may add before a command becomes visible; under load it rests in proportion to its work,
   * 50 ms at most, so that events share more.
   */
  readonly stepIntervalMs: number;
  /** How often a projection looks for news by itself, in milliseconds: wake-ups may be lost. */
  readonly pollMs: number;
  /** Longest pause between retries of a failing step, in milliseconds. The first is 50 ms at most; they double, with full jitter. */
  readonly stepBackoffMs: number;
  /**
   * How long a lease must stand still before another worker takes it over, in milliseconds. The holder renews it three times as often.
   * Shorter moves the projections of a dead worker sooner, and those of one that only stalls too. Must be the same in all workers.
   */
  readonly leaseMs: number;
  /** Rows that an audit holds in memory at a time, at most: with more, it reads the log several times. */
  readonly auditKeysPerPass: number;
  /** How often the background looks at a sample of the read models, in milliseconds. 0, the default: never. */
  readonly auditEveryMs: number;
  /** Into how many samples it divides the keys: after so many, all have been looked at. */
  readonly auditParts: number;
  /** Events and rows that it reads in a second, at most. */
  readonly auditPerSecond: number;
  /** Rows that an audit, or a comparison of builds, lists for a read model, at most. It counts all of them. */
  readonly auditFindings: number;
  /** How often a failing command or effect of a policy is tried before it is parked, unless the policy says otherwise. */
  readonly intentAttempts: number;
  /** Longest pause between those attempts, in milliseconds. The first is at most half a second; it doubles each time, with full jitter. */
  readonly intentBackoffMs: number;
  /** Commands of policies that follow one from another without a timer between them, before that is taken for a loop. */
  readonly policyChain: number;
  /** What happens to events that fail (G5). */
  readonly parking: ParkingSettings;
}

export const defaultSettings: Settings = {
  commandsPerAppend: 512,
  conflictRetries: 10,
  conflictBackoffMs: 4,
  cachedStreams: 10_000,
  eventSize: 256 * 1024,
  eventsPerStep: 4_000,
  stepIntervalMs: 5,
  pollMs: 500,
  stepBackoffMs: 10_000,
  leaseMs: 5_000,
  auditKeysPerPass: 200_000,
  auditEveryMs: 0,
  auditParts: 100,
  auditPerSecond: 20_000,
  auditFindings: 1_000,
  intentAttempts: 10,
  intentBackoffMs: 600_000,
  policyChain: 100,
  parking: { retries: 5, share: 0.25, atLeast: 10, atMost: 1_000 },
};

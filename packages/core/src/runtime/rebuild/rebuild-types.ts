/** What people ask of builds, and what they are told. */
import type { BuildComparison, CompareOptions } from "../compare/comparison.ts";

/** Which build of a read model. */
export interface BuildPlace {
  readonly version: number;
  readonly build: number;
}

export interface BuildStatus extends BuildPlace {
  /** `live` serves, `new` never has, `previous` did before, `dropped` holds nothing any more. */
  readonly state: "new" | "live" | "previous" | "dropped";
  /** Positions of the log that it lacks, over all partitions: an upper bound of the events. */
  readonly lag: number;
}

export interface RebuildOptions {
  /** Events a second, at most. Default: as fast as it goes. */
  readonly eventsPerSecond?: number;
  /** Whether it serves once it has caught up. Default: only when it is a raised version. */
  readonly switch?: boolean;
  /** Told about ten times a second. */
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** An `AbortSignal`, or anything like it: once `aborted`, the rebuild ends with StoppedError. What was built is kept. */
  readonly signal?: { readonly aborted: boolean };
}

export interface RebuildProgress extends BuildPlace {
  readonly projection: string;
  /** Positions of the log that are in it, over all partitions. */
  readonly done: number;
  /** Positions that there are. */
  readonly total: number;
  /** Positions a second since this run began. */
  readonly perSecond: number;
  /** Milliseconds that are left at that pace; absent while there is none. */
  readonly msLeft?: number;
  /** Message of the error that is being retried. */
  readonly error?: string;
}

export interface RebuildResult extends BuildPlace {
  readonly projection: string;
  /** Positions that an earlier run had built already. */
  readonly resumedAt: number;
  /** Positions that are in it now. */
  readonly done: number;
  readonly ms: number;
  /** Whether queries read it now. */
  readonly switched: boolean;
}

export interface SwitchResult {
  readonly projection: string;
  readonly from: BuildPlace;
  readonly to: BuildPlace;
  /** Positions that `to` lacks and `from` had: not 0 only after rolling back to a version that this app cannot keep up to date. */
  readonly behind: number;
}

/** Builds of read models, for people who run the app. Each works in any process, whether the runtime was started or not. */
export interface ReadModelBuilds {
  /** @throws UnknownNameError */
  list(projection: string): Promise<readonly BuildStatus[]>;

  /**
   * Builds the read model from the first event beside the one that serves, or goes on with a build that was begun. Resolves when it has
   * caught up.
   * @throws LeaseLostError when somebody else rebuilds it meanwhile, StoppedError when it is told to stop, FoldstreamError
   * `projection-halted` when too many streams would have to be parked.
   */
  rebuild(projection: string, options?: RebuildOptions): Promise<RebuildResult>;

  /**
   * Serves from the newest build of the app's version that has never served, once it includes all that the live one does.
   * @throws FoldstreamError `unknown-build` when there is none, `not-caught-up`, `build-changed`; LeaseLostError.
   */
  switch(projection: string): Promise<SwitchResult>;

  /**
   * Serves from the build that served before. One of the app's version is brought up to date first; an older version is taken as it is.
   * @throws as `switch` does.
   */
  rollBack(projection: string): Promise<SwitchResult>;

  /**
   * Compares the live build with the newest one of the app's version that has never served, else with the one that served before: row by
   * row, at one position, while both go on. One of the app's version is brought up to date first. Writes nothing else.
   * @throws FoldstreamError `unknown-build` when there is none; LeaseLostError, StoppedError.
   */
  compare(projection: string, options?: CompareOptions): Promise<BuildComparison>;
  /** Drops every build but the live one, and the one that the app keeps up to date. Gives those that were dropped now. */
  drop(projection: string): Promise<readonly BuildPlace[]>;
}

/** What comparing two builds of one read model needs. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { Environment } from "../../port/environment.ts";
import type { ReadModel, ReadModelStore, ScannedRow } from "../../port/read-model-store.ts";
import type { LogPages } from "../audit/log-pages.ts";
import type { Throttle } from "../audit/throttle.ts";
import type { CompareTally } from "./compare-tally.ts";

export interface CompareSide {
  /** Says which row an event belongs to. */
  readonly projection: AnyProjection;
  readonly live: ReadModel;
  readonly build: ReadModel;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly pages: LogPages;
  readonly partitions: readonly string[];
  readonly throttle: Throttle;
  readonly tally: CompareTally;
}

/** What the two builds hold under one key. */
export interface Pair {
  readonly key: string;
  readonly live: ScannedRow | undefined;
  readonly build: ScannedRow | undefined;
}

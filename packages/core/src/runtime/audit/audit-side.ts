/** What auditing one read model needs. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { Environment } from "../../port/environment.ts";
import type { ReadModel, ReadModelStore, ScannedRow } from "../../port/read-model-store.ts";
import type { Place } from "./expected-rows.ts";
import { Incomparable } from "./incomparable.ts";
import type { KeyRange } from "./key-range.ts";
import type { LogPages } from "./log-pages.ts";
import type { Repair } from "./repair.ts";
import { isSame, type SetAside, setAsideOf } from "./set-aside.ts";
import type { Tally } from "./tally.ts";
import type { Throttle } from "./throttle.ts";

export interface AuditSide {
  readonly projection: AnyProjection;
  readonly model: ReadModel;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly pages: LogPages;
  readonly partitions: readonly string[];
  /** As it was when the audit began. `pages` leave it out. */
  readonly setAside: SetAside;
  readonly range: KeyRange;
  readonly keysPerPass: number;
  readonly throttle: Throttle;
  readonly tally: Tally;
  /** Absent where nothing is to be changed. */
  readonly repair?: Repair;
}

/** A row that differs, as it was found. */
export interface Suspect {
  readonly key: string;
  readonly found: ScannedRow | undefined;
}

/**
 * The checkpoints of all partitions, as they are now.
 * @throws Incomparable when what is set aside has changed since the audit began: rows came in, or stayed out, at other places of the log.
 */
export async function settledCheckpoints(side: AuditSide): Promise<Place> {
  const place = await checkpointsOf(side);
  if (isSame(side.setAside, await setAsideOf(side.target, side.model))) return place;
  throw new Incomparable("Streams were parked or redriven while the read model was audited. Audit it again.");
}

/** The checkpoints of all partitions, as they are now. */
export async function checkpointsOf({ target, model, partitions }: AuditSide): Promise<Place> {
  const positions = partitions.map(async (name) => [name, await target.checkpoint(model, name)] as const);
  return new Map(await Promise.all(positions));
}

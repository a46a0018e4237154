/** When a projection has parked so many streams that the fault is rather its own: it halts instead of parking more. */
import type { AnyProjection } from "../../definition/projection.ts";
import { ProjectionHaltedError } from "../../errors.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { ParkedStream } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import { handles } from "../projection/fold.ts";
import type { EventFailedError } from "./event-failed-error.ts";

export interface ParkingSettings {
  /** How often a failing event is tried again before its stream is parked, unless its projection says otherwise. */
  readonly retries: number;
  /**
   * A projection halts rather than park more than this share of the streams that it handled within the newest 1,000 events of a
   * partition. Between 0 and 1; 1 never halts for its share.
   */
  readonly share: number;
  /** So many may be parked whatever their share is: a few streams alone prove nothing. */
  readonly atLeast: number;
  /** It also halts rather than have more parked than this. Its worker holds their entries in memory. */
  readonly atMost: number;
}

/** Events of the feed that are looked back at. */
const lookBack = 1_000;

interface LimitSide {
  readonly target: ReadModelStore;
  readonly feed: EventFeed;
  readonly settings: ParkingSettings;
  readonly projection: AnyProjection;
}

/**
 * Judged by what is stored alone, so a restart forgets nothing.
 * @throws ProjectionHaltedError when the stream of the failed event must not be parked.
 */
export async function checkParkingLimit(
  side: LimitSide,
  model: ReadModel,
  partition: string,
  parked: ReadonlyMap<string, ParkedStream>,
  failed: EventFailedError,
): Promise<void> {
  const { atLeast, atMost, share } = side.settings;
  const count = (await side.target.parking.count(model)) + 1;
  if (count > atMost)
    throw new ProjectionHaltedError(model.name, `${count - 1} streams are parked, and more may not be`, failed);
  const end = failed.event.stored.position;
  const begin = Math.max(0, end - lookBack);
  const recent = 1 + [...parked.values()].filter(({ position }) => position > begin).length;
  if (recent <= atLeast) return;
  const { events } = await side.feed.read(partition, begin, lookBack);
  const handled = new Set(
    events.filter((event) => event.position <= end && handles(side.projection, event)).map(({ stream }) => stream),
  );
  if (recent <= share * handled.size) return;
  const found = `${recent} of the ${handled.size} streams that it handled lately fail`;
  throw new ProjectionHaltedError(model.name, found, failed);
}

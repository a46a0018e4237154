/** How far a build is, in every partition, and how far there is to go. */
import type { EventFeed, FeedPoint } from "../../port/event-feed.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";

export interface PlaceSide {
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
}

export async function placesOf({ feed, target }: PlaceSide, model: ReadModel): Promise<readonly FeedPoint[]> {
  const partitions = await feed.partitions();
  return Promise.all(
    partitions.map(async (partition) => ({ partition, position: await target.checkpoint(model, partition) })),
  );
}

/** The newest positions that there are. */
export async function headsOf({ feed }: Pick<PlaceSide, "feed">): Promise<readonly FeedPoint[]> {
  const partitions = await feed.partitions();
  return Promise.all(partitions.map(async (partition) => ({ partition, position: await feed.head(partition) })));
}

/** Positions that are still lacking, over all partitions. */
export function missing(found: readonly FeedPoint[], wanted: readonly FeedPoint[]): number {
  const positions = new Map(found.map(({ partition, position }) => [partition, position]));
  return wanted.reduce(
    (sum, { partition, position }) => sum + Math.max(0, position - (positions.get(partition) ?? 0)),
    0,
  );
}

export function sum(points: readonly FeedPoint[]): number {
  return points.reduce((all, { position }) => all + position, 0);
}

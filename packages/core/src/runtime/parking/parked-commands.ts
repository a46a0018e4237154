/** Finds out whether what consistency tokens stand for waits in a stream that is parked: the checkpoint has passed it, the rows have not. */
import type { EventFeed, FeedPoint } from "../../port/event-feed.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";

/** The stream of a command that a read model has set aside, and where. */
export interface ParkedCommand {
  readonly projection: string;
  readonly stream: string;
  /** The first of its events that is not in the read model. */
  readonly version: number;
}

/** A read model that parks streams of the partition of these points, all of which it has passed. */
export interface Suspect {
  readonly projection: string;
  readonly model: ReadModel;
  readonly points: readonly FeedPoint[];
}

const pageSize = 100;

/** Reads only where something is parked. */
export async function parkedAmong(
  { feed, target }: { readonly feed: EventFeed; readonly target: ReadModelStore },
  suspects: readonly Suspect[],
): Promise<ParkedCommand | undefined> {
  for (const { projection, model, points } of suspects)
    for (const point of points)
      for (const stream of await streamsAt(feed, point)) {
        const entry = await target.parking.get(model, stream);
        if (entry && entry.position <= point.position) return { projection, stream, version: entry.version };
      }
  return undefined;
}

/** The streams that were written by the command of the event at a point: it may have written several, one after the other. */
async function streamsAt(feed: EventFeed, { partition, position }: FeedPoint): Promise<ReadonlySet<string>> {
  const streams = new Set<string>();
  let commandId: string | undefined;
  for (let end = position; end > 0; end -= pageSize) {
    const { events } = await feed.read(partition, Math.max(0, end - pageSize), pageSize);
    for (const event of events.filter((one) => one.position <= end).toReversed()) {
      commandId ??= event.metadata.commandId;
      if (event.metadata.commandId !== commandId) return streams;
      streams.add(event.stream);
    }
  }
  return streams;
}

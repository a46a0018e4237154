/** What one wake-up of a worker consumes: it records the news into the feed, then each projection takes a step (ADR 13, ADR 22). */
import { type Contents, type EventShape, feedPayloadBytes } from "./payload-bytes.ts";
import { inTables, readUnits, type TableUnits, type Units, writeUnits } from "./units.ts";

/** Of the feed, unless the engine's `partitions` says otherwise. */
export const partitions = 4;

/** Keys and names of an item of the feed beside its events. */
const feedItemBytes = 40;
/** Keys, revision and positions of a document beside its row. */
const documentBytes = 100;
/** Documents that a transaction takes. */
const mostTogether = 97;

/** The news that a worker is woken by. */
export interface News {
  /** Streams that have grown, each by one append. */
  readonly streams: number;
  readonly append: Contents;
  readonly shape: EventShape;
  /** Of the streams: those that are new. */
  readonly newShare: number;
}

export interface ProjectionShape {
  readonly rowsPerEvent: number;
  readonly rowBytes: number;
  readonly indexesMoved: number;
}

/** Partitions that so many streams are in, on average. */
export function partitionsWithNews(streams: number): number {
  return partitions * (1 - (1 - 1 / partitions) ** streams);
}

export function documentUnits(rowBytes: number): Units {
  return { reads: readUnits(rowBytes + documentBytes), writes: writeUnits(rowBytes + documentBytes) };
}

/** An item of events and the head of each partition, and a mark of each stream; the tips are read, and the marks of streams that are new. */
export function recording({ streams, append, shape, newShare }: News): TableUnits {
  const places = partitionsWithNews(streams);
  const item = feedItemBytes + feedPayloadBytes((streams / places) * append.events, shape);
  const writes = places * (writeUnits(item) + headWrites) + streams;
  return inTables({ log: { reads: streams }, feed: { reads: streams * newShare, writes } });
}

/** Looking whether there is anything to do: the heads of the feed, and for each projection its builds and checkpoints. */
export function looking(projections: number): TableUnits {
  return inTables({ feed: { reads: partitions }, readModels: { reads: projections * (1 + partitions) } });
}

/** One projection's part, beside that look: it takes its lease, reads, writes a step for each partition with news, looks again, and gives the lease back. */
export function projecting({ streams, append, shape }: News, projection: ProjectionShape): TableUnits {
  const places = partitionsWithNews(streams);
  const documents = streams * append.events * projection.rowsPerEvent;
  const page = readUnits((streams / places) * append.events * (shape.dataBytes + shape.metadataBytes + besideData));
  return inTables({
    feed: { reads: partitions * headsPerRound + places * (page + 1) },
    readModels: {
      reads: rounds + places * readsPerStep + documents * documentUnits(projection.rowBytes).reads,
      writes: leaseWrites + places * stepWrites(documents / places, projection),
    },
  });
}

const headWrites = 1;
/** Of an event in the feed, at most: it may be deflated. */
const besideData = 200;
/** A partition's head is read when its place is found, and with its first page. */
const headsPerRound = 2;
/** Builds twice, the lease twice, and of each partition its checkpoint three times and what is parked once. */
const rounds = 4 + partitions * 4;
/** Checkpoint, lease and definition. */
const readsPerStep = 3;
const leaseWrites = 2;

/** Write units of one step: checkpoint and lease in a transaction, which takes twice; so do documents as long as they fit it. */
export function stepWrites(documents: number, { rowBytes, indexesMoved }: ProjectionShape): number {
  const items = documents * (1 + 2 * indexesMoved);
  const units = documents * (documentUnits(rowBytes).writes + 2 * indexesMoved);
  return 4 + (items > mostTogether ? 1 : 2) * units;
}

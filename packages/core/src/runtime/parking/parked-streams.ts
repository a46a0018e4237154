/** The parked streams of one read model, as its owner knows them: nobody else changes them while it holds the lease. */
import type { ParkedStream, ParkedWrite } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore, ReadModelWrite, WriteResult } from "../../port/read-model-store.ts";
import { writeStep } from "../lease/tenure.ts";
import type { PagedEvent } from "../projection/event-pages.ts";
import { type EventFailedError, isRefusedRow, parkedError } from "./event-failed-error.ts";

const pageSize = 500;

export class ParkedStreams {
  readonly #partitions = new Map<string, Map<string, ParkedStream>>();
  readonly #suspend: () => void;

  /** `suspend` is called after a write whose outcome is unknown. */
  constructor(suspend: () => void) {
    this.#suspend = suspend;
  }

  /** Reads what is parked of a partition, whatever was known. */
  async load(target: ReadModelStore, model: ReadModel, partition: string): Promise<void> {
    const found = new Map<string, ParkedStream>();
    for await (const entry of listParked(target, model, partition)) found.set(entry.stream, entry);
    this.#partitions.set(partition, found);
  }

  /** By stream. @throws when the partition was not loaded. */
  of(partition: string): ReadonlyMap<string, ParkedStream> {
    return this.#loaded(partition);
  }

  /** False until the first load, and after a write whose outcome is unknown. */
  knows(partition: string): boolean {
    return this.#partitions.has(partition);
  }

  /** Writes a step. Unless it is certain what became of it, what is parked of its partition must be loaded again. */
  async write(target: ReadModelStore, model: ReadModel, step: ReadModelWrite): Promise<WriteResult> {
    const known = this.#loaded(step.partition);
    this.#partitions.delete(step.partition);
    const stillParked = countAfter(known, step.parked ?? []);
    const result = await writeStep({ suspend: this.#suspend }, target, model, { ...step, stillParked }).catch(
      (error: unknown) => {
        if (isRefusedRow(error)) this.#partitions.set(step.partition, known);
        throw error;
      },
    );
    if (!result.ok) return result;
    for (const { stream, entry } of step.parked ?? []) {
      if (entry) known.set(stream, entry);
      else known.delete(stream);
    }
    this.#partitions.set(step.partition, known);
    return result;
  }

  #loaded(partition: string): Map<string, ParkedStream> {
    const known = this.#partitions.get(partition);
    if (!known) throw new Error(`The parked streams of partition ${partition} have not been loaded.`);
    return known;
  }
}

function countAfter(known: ReadonlyMap<string, ParkedStream>, writes: readonly ParkedWrite[]): number {
  const streams = new Set(known.keys());
  for (const { stream, entry } of writes) entry ? streams.add(stream) : streams.delete(stream);
  return streams.size;
}

/** All parked streams of a read model, page by page, by name. */
export async function* listParked(
  { parking }: ReadModelStore,
  model: ReadModel,
  partition?: string,
): AsyncGenerator<ParkedStream> {
  for (let after = ""; ; ) {
    const page = await parking.list(model, { after, limit: pageSize, ...(partition !== undefined && { partition }) });
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.stream as string;
  }
}

export interface Sifted {
  /** Events to fold. */
  readonly passed: readonly PagedEvent[];
  /** Entries of the parked streams that went on. */
  readonly followed: readonly ParkedWrite[];
}

/** Tells events of parked streams from the others, of events that are handled. A step that is taken again follows nothing twice. */
export function sift(events: readonly PagedEvent[], parked: ReadonlyMap<string, ParkedStream>): Sifted {
  if (parked.size === 0) return { passed: events, followed: [] };
  const followed = new Map<string, ParkedStream>();
  const passed = events.filter(({ stored }) => {
    const entry = followed.get(stored.stream) ?? parked.get(stored.stream);
    if (entry && stored.position > entry.lastPosition) followed.set(stored.stream, following(entry, stored));
    return entry === undefined;
  });
  return { passed, followed: [...followed].map(([stream, entry]) => ({ stream, entry })) };
}

/** The entry of a stream whose first event fails for good. */
export function newlyParked(
  partition: string,
  failed: EventFailedError,
  how: Pick<ParkedStream, "attempts" | "parkedAt">,
): ParkedStream {
  const { stream, version, position } = failed.event.stored;
  const error = parkedError(failed);
  return {
    stream,
    partition,
    version,
    position,
    error,
    ...how,
    waiting: 1,
    lastVersion: version,
    lastPosition: position,
  };
}

function following(entry: ParkedStream, { version, position }: PagedEvent["stored"]): ParkedStream {
  return { ...entry, waiting: entry.waiting + 1, lastVersion: version, lastPosition: position };
}

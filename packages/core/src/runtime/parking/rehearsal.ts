/** A redrive that writes nothing: it folds what parked streams wait with, and tells how far each would come. */
import type { ParkedStream } from "../../port/parking.ts";
import type { EventPage, PagedEvent } from "../projection/event-pages.ts";
import { type FindRows, findRows, fold } from "../projection/fold.ts";
import { EventFailedError, parkedError } from "./event-failed-error.ts";
import { eachParkedEvents } from "./parked-events.ts";
import { type RedrivenStream, type RedriveSide, sourceOf } from "./redrive.ts";

/** Each stream by itself: what the others would change is not seen. Rows that only the target would refuse are not found out. */
export async function rehearse(side: RedriveSide, partition: string, entries: readonly ParkedStream[]): Promise<void> {
  const streams = new Map(entries.map((entry) => [entry.stream, new Rehearsal(side, entry)]));
  await eachParkedEvents(side, partition, entries, async (stream, page) => {
    const done = await streams.get(stream)?.take(page);
    if (!done) return "next page";
    streams.delete(stream);
    side.onStream(done);
    return "stop";
  });
}

class Rehearsal {
  readonly #side: RedriveSide;
  readonly #entry: ParkedStream;
  /** Rows as they would be by now. */
  readonly #rows = new Map<string, { readonly row?: Readonly<Record<string, unknown>> }>();
  #events = 0;

  constructor(side: RedriveSide, entry: ParkedStream) {
    this.#side = side;
    this.#entry = entry;
  }

  /** What would become of the stream, once that is known. */
  async take({ events, next }: EventPage): Promise<RedrivenStream | undefined> {
    const { stream, position, lastPosition } = this.#entry;
    const own = events.filter(
      ({ stored }) => stored.stream === stream && stored.position >= position && stored.position <= lastPosition,
    );
    const failed = await this.#fold(own);
    if (failed) return { stream, events: this.#events, failed };
    return next >= lastPosition ? { stream, events: this.#events } : undefined;
  }

  async #fold(events: readonly PagedEvent[]): Promise<RedrivenStream["failed"]> {
    try {
      const { rows } = await fold(this.#side.projection, events, this.#find);
      for (const { key, row } of rows) this.#rows.set(key, row === null ? {} : { row });
      this.#events += events.length;
      return undefined;
    } catch (error) {
      if (!(error instanceof EventFailedError)) throw error;
      this.#events += events.indexOf(error.event);
      return { version: error.event.stored.version, error: parkedError(error) };
    }
  }

  readonly #find: FindRows = async (keys) => {
    const { target, model } = this.#side;
    const found = await findRows(
      target,
      model,
      sourceOf(this.#entry.stream),
    )(keys.filter((key) => !this.#rows.has(key)));
    return new Map([...found, ...[...this.#rows].filter(([key]) => keys.includes(key))]);
  };
}

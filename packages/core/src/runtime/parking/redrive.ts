/** Brings in what parked streams wait with, each in order. Every step is whole, so a redrive that is cut off can be run again. */
import type { AnyProjection } from "../../definition/projection.ts";
import { LeaseLostError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import type { ParkedError, ParkedStream } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import type { OperateStep } from "../lease/operate.ts";
import type { Tenure } from "../lease/tenure.ts";
import type { EventPage, EventPages, PagedEvent } from "../projection/event-pages.ts";
import { type Folded, findRows, fold, handles } from "../projection/fold.ts";
import { type EventFailedError, parkedError } from "./event-failed-error.ts";
import { blame } from "./event-failures.ts";
import { eachParkedEvents } from "./parked-events.ts";

/** What became of one stream. */
export interface RedrivenStream {
  readonly stream: string;
  /** Events that were brought in. */
  readonly events: number;
  /** The event at which it stays parked; absent when the stream is free again. */
  readonly failed?: { readonly version: number; readonly error: ParkedError };
}

export interface RedriveSide {
  readonly projection: AnyProjection;
  readonly model: ReadModel;
  readonly target: ReadModelStore;
  readonly pages: Pick<EventPages, "read">;
  readonly environment: Environment;
  /** Called after each stream that has come to an end. */
  readonly onStream: (redriven: RedrivenStream) => void;
  /** Called after each step that brought events in. */
  readonly onStep: (stream: string, events: number) => void;
}

/** How documents name the events of a parked stream, which are older than what they include of its partition. */
export function sourceOf(stream: string): string {
  return `parked ${stream}`;
}

/** Redrives the streams of one partition in one scan of the feed, under the lease. */
export async function redrive(
  side: RedriveSide,
  partition: string,
  entries: readonly ParkedStream[],
  takeStep: OperateStep,
): Promise<void> {
  const taken = new Map<string, number>();
  await eachParkedEvents(side, partition, entries, async (stream, page) => {
    for (;;) {
      const end = await takeStep((tenure) => new RedriveStep(side, tenure, partition, stream).take(page));
      const events = (taken.get(stream) ?? 0) + end.events;
      taken.set(stream, events);
      if (end.events > 0) side.onStep(stream, end.events);
      if (end.follows === "again") continue;
      if (end.follows === "stop") side.onStream({ stream, events, ...(end.failed && { failed: end.failed }) });
      return end.follows;
    }
  });
}

/** `again`: the page holds more of the stream. `next page`: it does not. `stop`: the stream is free, or has failed again. */
interface StepEnd {
  readonly events: number;
  readonly follows: "again" | "next page" | "stop";
  readonly failed?: RedrivenStream["failed"];
}

/** One step of one stream: runs alone, under a lease. */
class RedriveStep {
  readonly #side: RedriveSide;
  readonly #tenure: Tenure;
  readonly #partition: string;
  readonly #stream: string;

  constructor(side: RedriveSide, tenure: Tenure, partition: string, stream: string) {
    this.#side = side;
    this.#tenure = tenure;
    this.#partition = partition;
    this.#stream = stream;
  }

  async take(page: EventPage): Promise<StepEnd> {
    const { model, target, projection } = this.#side;
    const { setAside } = this.#tenure;
    if (!setAside.knows(this.#partition)) await setAside.load(target, model, this.#partition);
    const entry = setAside.of(this.#partition).get(this.#stream);
    if (!entry) return { events: 0, follows: "stop" };
    const checkpoint = await target.checkpoint(model, this.#partition);
    // Where entries are written before rows and checkpoint, they may be ahead. Rows may then include the partition beyond the checkpoint,
    // without the events of this stream: it stays parked until the live step is complete.
    const events = page.events.filter(
      ({ stored }) => isWaiting(entry, stored) && stored.position <= checkpoint && handles(projection, stored),
    );
    return this.#bringIn(entry, checkpoint, { ...page, events });
  }

  async #bringIn(entry: ParkedStream, checkpoint: number, page: EventPage): Promise<StepEnd> {
    const { projection, model, target } = this.#side;
    const { events } = page;
    const isWhole = entry.lastPosition <= Math.min(page.next, checkpoint);
    const last = events.at(-1);
    if (!last && !isWhole) return { events: 0, follows: "next page" };
    const next = isWhole ? null : last ? movedTo(entry, last, events.length) : entry;
    try {
      const folded = await fold(projection, events, findRows(target, model, sourceOf(this.#stream)));
      if (!(await this.#write(checkpoint, next, folded, last))) return { events: 0, follows: "again" };
    } catch (error) {
      const { before, failed } = blame(projection, error, page, events) ?? {};
      if (before) return this.#bringIn(entry, checkpoint, before);
      if (failed) return this.#failAgain(entry, checkpoint, failed);
      throw error;
    }
    return { events: events.length, follows: isWhole ? "stop" : page.full ? "again" : "next page" };
  }

  async #failAgain(entry: ParkedStream, checkpoint: number, failed: EventFailedError): Promise<StepEnd> {
    const { version, position } = failed.event.stored;
    const error = parkedError(failed);
    const attempts = (version === entry.version ? entry.attempts : 0) + 1;
    const next = { ...entry, version, position, error, attempts };
    const written = await this.#write(checkpoint, next, { rows: [], facts: [] });
    return written ? { events: 0, follows: "stop", failed: { version, error } } : { events: 0, follows: "again" };
  }

  /** False when the step must be taken again on what is stored. */
  async #write(checkpoint: number, entry: ParkedStream | null, folded: Folded, last?: PagedEvent): Promise<boolean> {
    const { model, target } = this.#side;
    const place = { partition: this.#partition, expected: checkpoint, next: checkpoint };
    const parked = [{ stream: this.#stream, entry }];
    const redriven = { source: sourceOf(this.#stream), through: last?.stored.position ?? 0 };
    const { epoch } = this.#tenure;
    const result = await this.#tenure.setAside.write(target, model, { ...place, ...folded, parked, redriven, epoch });
    if (!result.ok && result.reason === "lease-lost") throw new LeaseLostError(model.name);
    return result.ok;
  }
}

function isWaiting(entry: ParkedStream, { stream, position }: PagedEvent["stored"]): boolean {
  return stream === entry.stream && position >= entry.position;
}

/** The entry after events that were brought in: the next one has not been tried yet. */
function movedTo(entry: ParkedStream, { stored }: PagedEvent, events: number): ParkedStream {
  const next = { version: stored.version + 1, position: stored.position + 1 };
  return { ...entry, ...next, attempts: 0, waiting: entry.waiting - events };
}

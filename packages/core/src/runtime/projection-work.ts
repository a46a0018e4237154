/** The work of one projection: steps, taken one at a time, and only while this process may. */
import type { AnyProjection } from "../definition/projection.ts";
import { LeaseLostError, StoreFailureError } from "../errors.ts";
import type { Environment } from "../port/environment.ts";
import type { EventFeed } from "../port/event-feed.ts";
import type { ReadModel, ReadModelStore, WriteResult } from "../port/read-model-store.ts";
import type { EventPage } from "./event-pages.ts";
import { findRows, fold, readModelOf } from "./fold.ts";
import { Locks } from "./locks.ts";
import type { RuntimeObserver } from "./observer.ts";

export interface WorkSide {
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly observer: RuntimeObserver;
  /** Called after each step that was written. */
  readonly progressed: (projection: string) => void;
}

/** A stretch of time in which this process may work on a projection, under one epoch of its lease. */
export interface Tenure {
  readonly epoch: number;
}

/** A checkpoint as known in a tenure. It says nothing in any other: another worker may have moved on. */
export interface Place {
  readonly tenure: Tenure;
  readonly partition: string;
  readonly position: number;
}

export class ProjectionWork {
  readonly projection: AnyProjection;
  readonly #side: WorkSide;
  /** Rows of one key may come from several partitions: of two steps that load the same row, the later write would undo the other. */
  readonly #steps = new Locks();
  #model: ReadModel;
  #tenure: Tenure | undefined;

  constructor(projection: AnyProjection, side: WorkSide, model = readModelOf(projection)) {
    this.projection = projection;
    this.#model = model;
    this.#side = side;
  }

  /** The build that it works on. */
  get model(): ReadModel {
    return this.#model;
  }

  /** Works on another build from now on, once this process gets the lease of that. */
  async moveTo(model: ReadModel): Promise<void> {
    await this.#steps.acquire(this.projection.name);
    if (this.#tenure) this.end(this.#tenure.epoch);
    this.#model = model;
    this.#steps.release(this.projection.name);
  }

  /** Absent while another worker has the lease. */
  get tenure(): Tenure | undefined {
    return this.#tenure;
  }

  begin(epoch: number): void {
    this.#tenure = { epoch };
    this.#side.observer.leaseTaken?.({ projection: this.projection.name, epoch });
  }

  /** Ends the tenure of this epoch, if it still lasts. */
  end(epoch: number): void {
    if (this.#tenure?.epoch !== epoch) return;
    this.#tenure = undefined;
    this.#side.observer.leaseLost?.({ projection: this.projection.name, epoch });
  }

  /** A checkpoint beyond the log means that the log is an older copy: going on would skip what is written next. */
  async find(tenure: Tenure, partition: string): Promise<Place> {
    const position = await this.#side.target.checkpoint(this.model, partition);
    const head = position === 0 ? 0 : await this.#side.feed.head(partition);
    if (position <= head) return { tenure, partition, position };
    throw new StoreFailureError(
      `read model "${this.model.name}" includes position ${position} of partition ${partition}, but the log ends at ${head}. ` +
        "Was the log restored from an older backup? Delete the read model's storage, or raise the projection's version, to build it again.",
    );
  }

  /** Runs `step` while no other step is taken. @throws LeaseLostError when this process does not hold the lease. */
  async inTurn<T>(step: (tenure: Tenure) => Promise<T>): Promise<T> {
    await this.#steps.acquire(this.projection.name);
    try {
      if (!this.#tenure) throw new LeaseLostError(this.model.name);
      return await step(this.#tenure);
    } finally {
      this.#steps.release(this.projection.name);
    }
  }

  /** Takes in a page that was read from `place`, when it is its turn. Returns the place after it. */
  async take(place: Place, page: EventPage): Promise<Place> {
    await this.#steps.acquire(this.projection.name);
    try {
      return place.tenure === this.#tenure ? { ...place, position: await this.#step(place, page) } : place;
    } finally {
      this.#steps.release(this.projection.name);
    }
  }

  async #step(place: Place, page: EventPage): Promise<number> {
    const { tenure, partition, position } = place;
    const { target, environment, observer } = this.#side;
    const began = environment.clock.now();
    const { rows, facts } = await fold(this.projection, page.events, findRows(target, this.model, partition));
    const step = { ...tenure, partition, expected: position, next: page.next, rows, facts };
    const result = await target.write(this.model, step);
    if (!result.ok) return this.#refused(result, place);
    observer.step?.({
      projection: this.projection.name,
      events: page.events.length,
      rows: rows.length + facts.length,
      ms: environment.clock.now() - began,
    });
    this.#side.progressed(this.projection.name);
    return page.next;
  }

  async #refused(result: WriteResult & { readonly ok: false }, place: Place): Promise<number> {
    const { tenure, partition, position } = place;
    if (result.reason === "checkpoint-moved") return result.actual;
    if (result.reason === "rows-moved") return (await this.find(tenure, partition)).position;
    this.end(tenure.epoch);
    return position;
  }
}

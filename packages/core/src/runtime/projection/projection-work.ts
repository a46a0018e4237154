/** The work of one projection: steps, taken one at a time, and only while this process may. */
import type { AnyProjection } from "../../definition/projection.ts";
import { LeaseLostError, StoreFailureError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { ReadModel, ReadModelStore, ReadModelWrite, WriteResult } from "../../port/read-model-store.ts";
import type { Tenure } from "../lease/tenure.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { EventFailedError } from "../parking/event-failed-error.ts";
import { Attempts, blame } from "../parking/event-failures.ts";
import { newlyParked, ParkedStreams, type Sifted, sift } from "../parking/parked-streams.ts";
import { checkParkingLimit, type ParkingSettings } from "../parking/parking-limit.ts";
import type { EventPage, PagedEvent } from "./event-pages.ts";
import { findRows, fold, handles, readModelOf } from "./fold.ts";
import { type Claim, claimOf, StepTurns } from "./step-turns.ts";

export interface WorkSide {
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly observer: RuntimeObserver;
  readonly settings: { readonly parking: ParkingSettings };
  /** Called after each step that was written. */
  readonly progressed: (projection: string) => void;
  /** Takes steps of several partitions at a time where they have no row in common. Default: one after the other. */
  readonly parallel?: boolean;
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
  readonly #turns = new StepTurns();
  readonly #attempts = new Attempts();
  #model: ReadModel;
  #tenure: Tenure | undefined;
  #suspended = false;
  onSuspended: (() => void) | undefined;

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
  moveTo(model: ReadModel): Promise<void> {
    return this.#alone(async () => {
      if (this.#tenure) this.end(this.#tenure.epoch);
      this.#model = model;
    });
  }

  /** Absent while another worker has the lease, and while the lease waits for another epoch. */
  get tenure(): Tenure | undefined {
    return this.#suspended ? undefined : this.#tenure;
  }

  /** Of the lease that this process holds. */
  get epoch(): number | undefined {
    return this.#tenure?.epoch;
  }

  /** True when it goes on only under another epoch. */
  get suspended(): boolean {
    return this.#suspended;
  }

  begin(epoch: number): void {
    const suspend = () => {
      if (this.#tenure !== tenure) return;
      this.#suspended = true;
      this.onSuspended?.();
    };
    const tenure: Tenure = { epoch, setAside: new ParkedStreams(suspend), suspend };
    this.#tenure = tenure;
    this.#suspended = false;
    this.#side.observer.leaseTaken?.({ projection: this.projection.name, epoch });
  }

  /** Ends the tenure of this epoch, if it still lasts. */
  end(epoch: number): void {
    if (this.#tenure?.epoch !== epoch) return;
    this.#tenure = undefined;
    this.#suspended = false;
    this.#side.observer.leaseLost?.({ projection: this.projection.name, epoch });
  }

  /** Where a partition stands, and what of it is parked, as stored. */
  find(tenure: Tenure, partition: string): Promise<Place> {
    return this.#alone(() => this.#find(tenure, partition));
  }

  /** Runs `step` while no other step is taken. @throws LeaseLostError when this process does not hold the lease. */
  inTurn<T>(step: (tenure: Tenure) => Promise<T>): Promise<T> {
    return this.#alone(() => {
      if (!this.tenure) throw new LeaseLostError(this.model.name);
      return step(this.tenure);
    });
  }

  /** Takes in a page that was read from `place`, or the first part of it, when it is its turn. Returns the place after it. */
  take(place: Place, page: EventPage): Promise<Place> {
    const claim: Claim = this.#side.parallel ? claimOf(this.projection, page.events) : "all";
    return this.#turns.run(claim, async () => {
      if (place.tenure !== this.tenure) return place;
      if (!place.tenure.setAside.knows(place.partition)) return this.#find(place.tenure, place.partition);
      return { ...place, position: await this.#step(place, page) };
    });
  }

  #alone<T>(run: () => Promise<T>): Promise<T> {
    return this.#turns.run("all", run);
  }

  /** A checkpoint beyond the log means that the log is an older copy: going on would skip what is written next. */
  async #find(tenure: Tenure, partition: string): Promise<Place> {
    const position = await this.#side.target.checkpoint(this.model, partition);
    const head = position === 0 ? 0 : await this.#side.feed.head(partition);
    await tenure.setAside.load(this.#side.target, this.model, partition);
    if (position <= head) return { tenure, partition, position };
    throw new StoreFailureError(
      `read model "${this.model.name}" includes position ${position} of partition ${partition}, but the log ends at ${head}. ` +
        "Was the log restored from an older backup? Delete the read model's storage, or raise the projection's version, to build it again.",
    );
  }

  /** An event that fails ends the step before it; when it comes first, it is tried again, and in the end its stream is parked. */
  async #step(place: Place, page: EventPage): Promise<number> {
    const handled = page.events.filter(({ stored }) => handles(this.projection, stored));
    const sifted = sift(handled, place.tenure.setAside.of(place.partition));
    try {
      return await this.#fold(place, page, sifted);
    } catch (error) {
      const { before, failed } = blame(this.projection, error, page, sifted.passed) ?? {};
      if (before) return this.#step(place, before);
      if (failed) return this.#tryAgainOrPark(place, failed);
      throw error;
    }
  }

  async #fold(place: Place, { events, next }: EventPage, { passed, followed }: Sifted): Promise<number> {
    const { target, environment, observer } = this.#side;
    const began = environment.clock.now();
    const { rows, facts } = await fold(this.projection, passed, findRows(target, this.model, place.partition));
    const { position, written } = await this.#write(place, { next, rows, facts, parked: followed });
    if (written) {
      const ms = environment.clock.now() - began;
      observer.step?.({
        projection: this.projection.name,
        events: events.length,
        rows: rows.length + facts.length,
        ms,
        traceparents: () => traceparentsOf(passed),
      });
    }
    return position;
  }

  async #tryAgainOrPark(place: Place, failed: EventFailedError): Promise<number> {
    const { partition, tenure } = place;
    const { settings, observer, environment, feed, target } = this.#side;
    const { retries = settings.parking.retries } = this.projection;
    const attempts = this.#attempts.add(partition, failed);
    if (attempts <= retries) throw failed;
    const limits = { feed, target, settings: settings.parking, projection: this.projection };
    await checkParkingLimit(limits, this.model, partition, tenure.setAside.of(partition), failed);
    const entry = newlyParked(partition, failed, { attempts, parkedAt: environment.clock.now() });
    const parked = [{ stream: entry.stream, entry }];
    const { position, written } = await this.#write(place, { next: entry.position, rows: [], facts: [], parked });
    if (written) observer.streamParked?.({ projection: this.projection.name, stream: entry.stream, error: failed });
    return position;
  }

  /** Writes a step; otherwise, the position to go on from is what is stored. */
  async #write(
    place: Place,
    step: Required<Pick<ReadModelWrite, "next" | "rows" | "facts" | "parked">>,
  ): Promise<{ readonly position: number; readonly written: boolean }> {
    const { tenure, partition, position: expected } = place;
    const whole = { epoch: tenure.epoch, partition, expected, ...step };
    const result = await tenure.setAside.write(this.#side.target, this.model, whole);
    if (!result.ok) return { position: await this.#refused(result, place), written: false };
    this.#side.progressed(this.projection.name);
    return { position: step.next, written: true };
  }

  async #refused({ reason }: WriteResult & { readonly ok: false }, place: Place): Promise<number> {
    const { tenure, partition, position } = place;
    if (reason !== "lease-lost") return (await this.#find(tenure, partition)).position;
    this.end(tenure.epoch);
    return position;
  }
}

function traceparentsOf(events: readonly PagedEvent[]): readonly string[] {
  return [...new Set(events.flatMap(({ stored }) => stored.metadata.traceparent ?? []))];
}

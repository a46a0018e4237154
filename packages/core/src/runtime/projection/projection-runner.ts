/** Keeps one read model up to date, at its own pace: read a page, fold it, write rows and checkpoint together, repeat. */
import type { AnyProjection } from "../../definition/projection.ts";
import { ProjectionHaltedError } from "../../errors.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { backoffMs } from "../backoff.ts";
import type { WorkReport } from "../lease/lease-note.ts";
import type { Tenure } from "../lease/tenure.ts";
import type { Settings } from "../settings.ts";
import { Signal } from "../signal.ts";
import type { ProjectionStatus } from "../status/status.ts";
import type { EventPages, PagedEvent } from "./event-pages.ts";
import { type Place, ProjectionWork, type WorkSide } from "./projection-work.ts";
import { StepPace } from "./step-pace.ts";
import { StepRest } from "./step-rest.ts";

export interface ProjectionSide extends WorkSide {
  readonly pages: Pick<EventPages, "read">;
  readonly settings: Settings;
}

const firstStepBackoffMs = 50;

/** Of what is kept beside the lease. */
const mostErrorText = 300;

function isHalted(failure: unknown): boolean {
  return failure instanceof ProjectionHaltedError;
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

function isIn({ stored }: PagedEvent, { position }: Place): boolean {
  return stored.position <= position;
}

export class ProjectionRunner {
  readonly projection: AnyProjection;
  readonly #work: ProjectionWork;
  readonly #side: ProjectionSide;
  readonly #signals = new Map<string, Signal>();
  /** Ends the pauses of failing partitions. */
  readonly #ends = new Map<string, Signal>();
  readonly #failures = new Map<string, unknown>();
  readonly #idle = new Set<string>();
  readonly #pace: StepPace;
  readonly #rest: StepRest;
  /** When it began to work under the lease. */
  #since = 0;
  #failingSince: number | undefined;
  #loops: Promise<unknown> | undefined;
  #stopping = false;

  constructor(projection: AnyProjection, side: ProjectionSide, model?: ReadModel) {
    this.#work = new ProjectionWork(projection, side, model);
    this.projection = projection;
    this.#side = side;
    this.#pace = new StepPace(side.environment.clock);
    this.#rest = new StepRest(side.settings.stepIntervalMs);
  }

  /** The build that it keeps up to date. */
  get model(): ReadModel {
    return this.#work.model;
  }

  /** Keeps another build up to date from now on, once this process gets the lease of that. Resolves when the current step is done. */
  moveTo(model: ReadModel): Promise<void> {
    return this.#work.moveTo(model);
  }

  /** Of the lease that this process holds. */
  get epoch(): number | undefined {
    return this.#work.epoch;
  }

  /** True when it goes on only under another epoch. */
  get suspended(): boolean {
    return this.#work.suspended;
  }

  set onSuspended(tell: () => void) {
    this.#work.onSuspended = tell;
  }

  get isAtWork(): boolean {
    return this.#work.tenure !== undefined;
  }

  /** Works under this lease from now on. */
  hold(epoch: number): void {
    if (this.epoch === epoch) return;
    this.#since = this.#side.environment.clock.now();
    this.#work.begin(epoch);
    for (const signal of this.#signals.values()) signal.raise();
  }

  /** Works no more under this lease. */
  lose(epoch: number): void {
    this.#work.end(epoch);
  }

  /** Runs `step` while no other step of the projection is taken here. @throws LeaseLostError when this process does not hold the lease. */
  inTurn<T>(step: (tenure: Tenure) => Promise<T>): Promise<T> {
    return this.#work.inTurn(step);
  }

  start(partitions: readonly string[]): void {
    for (const partition of partitions) {
      this.#signals.set(partition, new Signal());
      this.#ends.set(partition, new Signal());
    }
    this.#loops = Promise.all(partitions.map((partition) => this.#run(partition)));
  }

  wake(partition: string): void {
    this.#signals.get(partition)?.raise();
  }

  /** Resolves when the current steps are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const signal of [...this.#signals.values(), ...this.#ends.values()]) signal.raise();
    await this.#loops;
    this.#loops = undefined;
  }

  state(): Pick<ProjectionStatus, "state" | "error"> {
    if (!this.#loops) return { state: "stopped" };
    if (this.epoch === undefined) return { state: "elsewhere" };
    const { failure } = this;
    if (failure) return { state: isHalted(failure) ? "halted" : "failing", error: messageOf(failure) };
    return { state: this.#idle.size === this.#signals.size ? "idle" : "running" };
  }

  workReport(): WorkReport {
    const { state, error } = this.state();
    const at = this.#side.environment.clock.now();
    const isFailing = state === "failing" || state === "halted";
    this.#failingSince = isFailing ? (this.#failingSince ?? at) : undefined;
    const { steppedAt } = this.#pace;
    return {
      at,
      state: state === "elsewhere" ? "running" : state,
      ...(error !== undefined && { error: error.slice(0, mostErrorText) }),
      ...(this.#failingSince !== undefined && { failingSince: this.#failingSince }),
      since: this.epoch === undefined ? at : this.#since,
      ...(steppedAt !== undefined && { steppedAt }),
      eventsPerSecond: this.#pace.eventsPerSecond(),
      leaseMs: this.#side.settings.leaseMs,
    };
  }

  /** What keeps it from going on in some partition: that it has halted, if it has. */
  get failure(): unknown {
    const failures = [...this.#failures.values()];
    return failures.find(isHalted) ?? failures[0];
  }

  async #run(partition: string): Promise<void> {
    let place: Place | undefined;
    for (let failures = 0; !this.#stopping; ) {
      try {
        place = await this.#proceed(partition, place);
        failures = 0;
        this.#failures.delete(partition);
      } catch (error) {
        place = undefined;
        await this.#failed(partition, error, ++failures);
      }
    }
  }

  async #proceed(partition: string, place: Place | undefined): Promise<Place | undefined> {
    const { tenure } = this.#work;
    if (tenure) return this.#advance(place?.tenure === tenure ? place : await this.#work.find(tenure, partition));
    await this.#news(partition);
    return undefined;
  }

  /** Takes a step if there is something to take, else waits for news. After a full page it does not rest. */
  async #advance(place: Place): Promise<Place> {
    const { partition, position } = place;
    const { scheduler, clock } = this.#side.environment;
    const began = clock.now();
    const page = await this.#side.pages.read(partition, position);
    if (page.next === position) {
      this.#idle.add(partition);
      await this.#news(partition);
      return place;
    }
    this.#idle.delete(partition);
    const reached = await this.#work.take(place, page);
    if (reached.position > position) this.#pace.add(page.events.filter((event) => isIn(event, reached)).length);
    const rest = page.full ? 0 : this.#rest.after(clock.now() - began);
    await new Promise<void>((resolve) => (rest > 0 ? scheduler.after(rest, resolve) : scheduler.soon(resolve)));
    return reached;
  }

  /** Waits for a wake-up, which may be lost. */
  async #news(partition: string): Promise<void> {
    await this.#signals.get(partition)?.wait(this.#side.environment.scheduler, this.#side.settings.pollMs);
  }

  async #failed(partition: string, error: unknown, attempt: number): Promise<void> {
    this.#failures.set(partition, error);
    this.#side.observer.stepFailed?.({ projection: this.projection.name, error, attempt });
    const { environment, settings } = this.#side;
    const pause = backoffMs(environment, firstStepBackoffMs, attempt, settings.stepBackoffMs);
    await this.#ends.get(partition)?.wait(environment.scheduler, pause);
  }
}

/** Keeps one read model up to date, at its own pace: read a page, fold it, write rows and checkpoint together, repeat. */
import type { AnyProjection } from "../definition/projection.ts";
import { StoreFailureError } from "../errors.ts";
import type { Environment } from "../port/environment.ts";
import type { EventFeed } from "../port/event-feed.ts";
import type { ReadModel, ReadModelStore } from "../port/read-model-store.ts";
import { backoffMs } from "./backoff.ts";
import type { EventPage, EventPages } from "./event-pages.ts";
import { findRows, fold, readModelOf } from "./fold.ts";
import type { RuntimeObserver } from "./observer.ts";
import type { Settings } from "./settings.ts";
import { Signal } from "./signal.ts";
import type { ProjectionStatus } from "./status.ts";

export interface ProjectionSide {
  readonly pages: EventPages;
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly settings: Settings;
  readonly observer: RuntimeObserver;
  /** Called after each step that was written. */
  readonly progressed: (projection: string) => void;
}

const firstStepBackoffMs = 50;

/** Rests that let events gather, as multiples of what the last step took. */
const restFactor = 4;
const longestRestMs = 50;

/**
 * Under load, a projection that keeps up does best with fewer, larger steps: rows that many events touch are written once. So it rests
 * in proportion to its work, which leaves most of the time to commands, until a page is full; then it does not rest at all.
 */
function restAfter(tookMs: number, intervalMs: number): number {
  return Math.min(Math.max(intervalMs - tookMs, tookMs * restFactor), Math.max(longestRestMs, intervalMs));
}

export class ProjectionRunner {
  readonly projection: AnyProjection;
  readonly model: ReadModel;
  readonly #side: ProjectionSide;
  readonly #signals = new Map<string, Signal>();
  /** Ends the pauses of failing partitions. */
  readonly #ends = new Map<string, Signal>();
  readonly #failures = new Map<string, unknown>();
  readonly #idle = new Set<string>();
  #loops: Promise<unknown> | undefined;
  #stopping = false;

  constructor(projection: AnyProjection, side: ProjectionSide) {
    this.projection = projection;
    this.model = readModelOf(projection);
    this.#side = side;
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
    const [failure] = this.#failures.values();
    if (failure) return { state: "failing", error: failure instanceof Error ? failure.message : String(failure) };
    return { state: this.#idle.size === this.#signals.size ? "idle" : "running" };
  }

  async #run(partition: string): Promise<void> {
    let position: number | undefined;
    for (let failures = 0; !this.#stopping; ) {
      try {
        position ??= await this.#checkpoint(partition);
        position = await this.#advance(partition, position);
        failures = 0;
        this.#failures.delete(partition);
      } catch (error) {
        position = undefined;
        await this.#failed(partition, error, ++failures);
      }
    }
  }

  /** A checkpoint beyond the log means that the log is an older copy: going on would skip what is written next. */
  async #checkpoint(partition: string): Promise<number> {
    const position = await this.#side.target.checkpoint(this.model, partition);
    const head = position === 0 ? 0 : await this.#side.feed.head(partition);
    if (position <= head) return position;
    throw new StoreFailureError(
      `read model "${this.model.name}" includes position ${position} of partition ${partition}, but the log ends at ${head}. ` +
        "Was the log restored from an older backup? Delete the read model's storage, or raise the projection's version, to build it again.",
    );
  }

  /** Takes a step if there is something to take, else waits for news. Returns the checkpoint. */
  async #advance(partition: string, position: number): Promise<number> {
    const { scheduler, clock } = this.#side.environment;
    const began = clock.now();
    const page = await this.#side.pages.read(partition, position);
    if (page.next === position) {
      this.#idle.add(partition);
      await this.#signals.get(partition)?.wait(scheduler, this.#side.settings.pollMs);
      return position;
    }
    this.#idle.delete(partition);
    const reached = await this.#step(partition, position, page);
    const rest = page.full ? 0 : restAfter(clock.now() - began, this.#side.settings.stepIntervalMs);
    await new Promise<void>((resolve) => (rest > 0 ? scheduler.after(rest, resolve) : scheduler.soon(resolve)));
    return reached;
  }

  async #step(partition: string, position: number, page: EventPage): Promise<number> {
    const { target, environment, observer } = this.#side;
    const began = environment.clock.now();
    const { rows, facts } = await fold(this.projection, page.events, findRows(target, this.model, partition));
    const result = await target.write(this.model, { partition, expected: position, next: page.next, rows, facts });
    if (!result.ok) return result.reason === "checkpoint-moved" ? result.actual : this.#checkpoint(partition);
    observer.step?.({
      projection: this.projection.name,
      events: page.events.length,
      rows: rows.length + facts.length,
      ms: environment.clock.now() - began,
    });
    this.#side.progressed(this.projection.name);
    return page.next;
  }

  async #failed(partition: string, error: unknown, attempt: number): Promise<void> {
    this.#failures.set(partition, error);
    this.#side.observer.stepFailed?.({ projection: this.projection.name, error, attempt });
    const { environment, settings } = this.#side;
    const pause = backoffMs(environment, firstStepBackoffMs, attempt, settings.stepBackoffMs);
    await this.#ends.get(partition)?.wait(environment.scheduler, pause);
  }
}

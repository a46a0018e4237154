/** Has what a policy wants done: takes due intents, lane by lane, and writes down in one step after the other what came of them. */
import type { AnyPolicy } from "../../definition/policy.ts";
import { isFoldstreamError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import { backoffMs } from "../backoff.ts";
import type { Tenure } from "../lease/tenure.ts";
import type { Settings } from "../settings.ts";
import { Signal } from "../signal.ts";
import type { Execution } from "./execution.ts";
import type { IntentSteps } from "./intent-steps.ts";
import { type IntentKind, type IntentRow, laneKey, queues, type RowChange } from "./intent-table.ts";
import { changesAfter, type Lane, type LaneEnd, type Limits, runLane } from "./lane-run.ts";
import { scheduleChanges } from "./schedules.ts";

export interface DeliverySide {
  readonly policy: AnyPolicy;
  readonly steps: IntentSteps;
  readonly execution: Execution;
  readonly environment: Environment;
  readonly settings: Settings;
  /** Takes a step between those of the projection, while this process may work on it; otherwise does nothing. */
  readonly inTurn: (step: (tenure: Tenure) => Promise<void>) => Promise<void>;
  readonly lost: (tenure: Tenure) => void;
  readonly failed: (error: unknown, attempt: number) => void;
}

/** Intents taken at a time. */
const batch = 100;

const firstBackoffMs = 500;

/** Clocks jump and timers of hosts last 24 days at most, so the clock is looked at this often while timers are pending. */
const longestRestMs = 30_000;

export class Deliverer {
  readonly #kind: IntentKind;
  readonly #side: DeliverySide;
  readonly #signal = new Signal();
  readonly #running = new Map<string, Promise<void>>();
  #ended: LaneEnd[] = [];
  #tenure: Tenure | undefined;
  /** There may be something to do now. */
  #news = true;
  /** When something will be due, as milliseconds since 1970. */
  #nextAt = Number.POSITIVE_INFINITY;
  #failure: unknown;
  #loop: Promise<void> | undefined;
  #stopping = false;

  constructor(kind: IntentKind, side: DeliverySide) {
    this.#kind = kind;
    this.#side = side;
  }

  get failure(): unknown {
    return this.#failure;
  }

  start(): void {
    this.#loop = this.#run();
  }

  wake(): void {
    this.#news = true;
    this.#signal.raise();
  }

  /** Whether something is due, whichever process works on it. */
  async isDue(): Promise<boolean> {
    const { policy, steps, environment } = this.#side;
    const now = environment.clock.now();
    const queued = [queues.ready(this.#kind), queues.failing(this.#kind)];
    if (this.#kind === "command") queued.push(queues.timer);
    const firsts = (await Promise.all(queued.map((queue) => steps.first(queue, 1)))).flat();
    if (firsts.some(({ dueAt }) => dueAt <= now)) return true;
    return this.#kind === "command" && (await steps.wouldChange(scheduleChanges(policy, now)));
  }

  /** Resolves when what was begun is done and written down. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#signal.raise();
    await this.#loop;
    await Promise.all(this.#running.values());
    if (this.#loop) await this.#attempt();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping; ) {
      failures = (await this.#attempt()) ? 0 : failures + 1;
      if (failures > 0) this.#side.failed(this.#failure, failures);
      await this.#signal.wait(this.#side.environment.scheduler, this.#restMs(failures));
    }
  }

  #restMs(failures: number): number {
    const { environment, settings } = this.#side;
    if (failures > 0) return backoffMs(environment, firstBackoffMs, failures, settings.stepBackoffMs);
    if (this.#news) return 0;
    return Math.min(Math.max(0, this.#nextAt - environment.clock.now()), longestRestMs);
  }

  async #attempt(): Promise<boolean> {
    if (!this.#news && this.#nextAt > this.#side.environment.clock.now()) return true;
    this.#news = false;
    // Whoever has lost the lease waits to get it back, whatever is due.
    this.#nextAt = Number.POSITIVE_INFINITY;
    try {
      await this.#side.inTurn((tenure) => this.#round(tenure));
      this.#failure = undefined;
      return true;
    } catch (error) {
      this.#news = true;
      this.#failure = error;
      return false;
    }
  }

  async #round(tenure: Tenure): Promise<void> {
    try {
      if (tenure !== this.#tenure) await this.#enter(tenure);
      await this.#settle(tenure);
      if (!this.#stopping) await this.#launch(tenure);
    } catch (error) {
      if (!isFoldstreamError(error) || error.code !== "lease-lost") throw error;
      this.#side.lost(tenure);
    }
  }

  async #enter(tenure: Tenure): Promise<void> {
    const { policy, environment, steps } = this.#side;
    if (this.#kind === "command") await steps.apply(tenure, scheduleChanges(policy, environment.clock.now()));
    this.#tenure = tenure;
  }

  /** Writes down what came of the lanes that have ended. Until then nothing else is taken from them. */
  async #settle(tenure: Tenure): Promise<void> {
    const ended = [...this.#ended];
    const changes = ended.flatMap((end) => changesAfter(end, this.#limits()));
    await this.#side.steps.apply(tenure, changes);
    this.#ended = this.#ended.slice(ended.length);
    for (const { lane } of ended) this.#running.delete(lane.name);
  }

  #limits(): Limits {
    const { policy, environment, settings } = this.#side;
    const { attempts = settings.intentAttempts, longestPauseMs = settings.intentBackoffMs } = policy.retries ?? {};
    const pauseAfter: Limits["pauseAfter"] = (count, retry) =>
      retry === "for-good"
        ? settings.stepBackoffMs * environment.random.next()
        : backoffMs(environment, firstBackoffMs, count, longestPauseMs);
    return { attempts, now: environment.clock.now(), pauseAfter };
  }

  async #launch(tenure: Tenure): Promise<void> {
    const { steps, environment } = this.#side;
    const now = environment.clock.now();
    const [ready, timers, failing, cancelled] = await Promise.all([
      steps.first(queues.ready(this.#kind), Math.min(1_000, batch + this.#running.size * batch)),
      this.#kind === "command" ? steps.first(queues.timer, batch) : [],
      steps.first(queues.failing(this.#kind), batch),
      this.#kind === "command" ? steps.first(queues.cancelled, batch) : [],
    ]);
    const due = ({ dueAt }: IntentRow) => dueAt <= now;
    this.#nextAt = Math.min(
      ...[timers, failing, cancelled].flatMap((rows) => rows.find((row) => !due(row))?.dueAt ?? []),
    );
    const retried = await this.#retried(failing.filter(due));
    const fresh = await this.#fresh([...ready, ...timers.filter(due)], retried.released);
    const forgotten = cancelled.filter(due).map(({ id }): RowChange => ({ key: id, change: () => null }));
    if (fresh.changes.length > 0 || forgotten.length > 0) this.#news = true;
    await steps.apply(tenure, [...retried.changes, ...fresh.changes, ...forgotten]);
    for (const lane of [...retried.lanes, ...fresh.lanes]) this.#start(lane);
  }

  /** Lanes that are held and due again, with what waits in them. One in which nothing waits any more is released. */
  async #retried(heldRows: readonly IntentRow[]) {
    const lanes: Lane[] = [];
    const released = new Set<string>();
    const free = heldRows.filter(({ lane }) => !this.#running.has(lane));
    const waiting = await Promise.all(free.map(({ lane }) => this.#side.steps.first(queues.behind(lane), batch)));
    for (const [index, held] of free.entries()) {
      const rows = waiting[index] ?? [];
      if (rows.length > 0) lanes.push({ name: held.lane, kind: this.#kind, rows, held });
      else released.add(held.lane);
    }
    const changes = [...released].map((lane): RowChange => ({ key: laneKey(lane), change: () => null }));
    return { lanes, released, changes };
  }

  /** Intents that are due for the first time, by lane. Those of a held lane go behind what waits there. */
  async #fresh(rows: readonly IntentRow[], released: ReadonlySet<string>) {
    const byLane = Map.groupBy(
      rows.filter(({ lane }) => !this.#running.has(lane)),
      ({ lane }) => lane,
    );
    const held = byLane.size > 0 ? await this.#side.steps.load([...byLane.keys()].map(laneKey)) : new Map();
    const lanes: Lane[] = [];
    const changes: RowChange[] = [];
    for (const [name, inLane] of byLane) {
      if (!held.has(laneKey(name)) || released.has(name)) lanes.push({ name, kind: this.#kind, rows: inLane });
      else
        changes.push(...inLane.map((row) => ({ key: row.id, change: () => ({ ...row, queue: queues.behind(name) }) })));
    }
    return { lanes, changes };
  }

  #start(lane: Lane): void {
    const running = runLane(lane, this.#side.execution, () => !this.#stopping).then((end) => {
      this.#ended.push(end);
      this.wake();
    });
    this.#running.set(lane.name, running);
  }
}

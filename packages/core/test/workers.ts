/** Several workers on one engine, in virtual time, that can be paused, cut off and left for dead. */

import { expect } from "vitest";
import * as z from "zod";
import {
  type AnyProjection,
  app,
  createRuntime,
  facts,
  projection,
  query,
  type Runtime,
  t,
  table,
} from "../src/index.ts";
import { type MemoryEnvironment, memoryEngine, memoryEnvironment } from "../src/memory/index.ts";
import type { Engine, Environment, LeaseStore, ReadModelStore, WriteResult } from "../src/port/index.ts";
import { Catalog } from "../src/runtime/catalog.ts";
import { type OperateStep, operate } from "../src/runtime/lease/operate.ts";
import { EventPages } from "../src/runtime/projection/event-pages.ts";
import { readModelOf } from "../src/runtime/projection/fold.ts";
import { defaultSettings } from "../src/runtime/settings.ts";
import { Signal } from "../src/runtime/signal.ts";
import { account } from "./bank.ts";

export const leaseMs = 600;

/** Each adds all deposits up in one row, whatever the account and its partition. */
const totals = ["p1", "p2", "p3", "p4", "p5"].map((name) =>
  projection(name, {
    version: 1,
    from: [account],
    key: () => "all",
    into: table({ id: t.key(), cents: t.integer() }),
    on: { "account.Deposited": (row, { data }) => ({ cents: (row?.cents ?? 0) + data.cents }) },
  }),
);

const entries = facts("p6", {
  version: 1,
  from: [account],
  columns: { cents: t.integer() },
  on: { "account.Deposited": ({ data }) => ({ cents: data.cents }) },
});

export const projections = [...totals, entries];
const [p1] = totals as [AnyProjection];

const queries = totals.map((one) =>
  query(`total_${one.name}`, {
    input: z.object({}),
    from: [one],
    run: async (_, { read }) => (await read[one.name]?.get("all"))?.cents ?? 0,
  }),
);

const shared = app({ aggregates: [account], projections, queries });

const settings = { leaseMs, pollMs: 400, stepIntervalMs: 5, stepBackoffMs: 50, eventsPerStep: 5 };

export interface Operator {
  /** Resolves with the epoch of the lease. */
  readonly done: Promise<number>;
  end(): void;
  step(): Promise<number>;
}

export interface WorkerOptions {
  /** What its clock shows, given the true time. */
  readonly clock?: (now: number) => number;
}

/** One process: its time and its engine stand still while it is paused, which is how SIGSTOP looks from outside. */
export class Worker {
  readonly runtime: Runtime;
  readonly writes: WriteResult[] = [];
  readonly taken: string[] = [];
  readonly lost: string[] = [];
  readonly failures: unknown[] = [];
  /** Set to make what touches the leases fail, before or after it was done. */
  leaseFault: ((call: "read" | "replace") => "before" | "after" | undefined) | undefined;
  /** Pauses the worker when it is about to write the next step. */
  pauseBeforeWrite = false;
  readonly #world: World;
  #paused = false;
  #waiting: (() => void)[] = [];

  constructor(world: World, { clock = (now) => now }: WorkerOptions) {
    this.#world = world;
    const { time } = world;
    const scheduler = {
      soon: (task: () => void) => time.scheduler.soon(() => void this.#gate().then(task)),
      after: (ms: number, task: () => void) => {
        let cancelled = false;
        const cancel = time.scheduler.after(ms, () => void this.#gate().then(() => cancelled || task()));
        return () => {
          cancelled = true;
          cancel();
        };
      },
    };
    const environment: Environment = { ...time, clock: { now: () => clock(time.clock.now()) }, scheduler };
    this.runtime = createRuntime(shared, {
      engine: this.#engine(world.engine),
      environment,
      settings,
      observer: {
        leaseTaken: ({ projection }) => this.taken.push(projection),
        leaseLost: ({ projection }) => this.lost.push(projection),
        leasesFailed: ({ error }) => this.failures.push(error),
      },
    }) as unknown as Runtime;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  get paused(): boolean {
    return this.#paused;
  }

  async stop(): Promise<void> {
    let done = false;
    const stopped = this.runtime.stop().finally(() => {
      done = true;
    });
    for (let round = 0; !done && round < 1_000; round++) await this.#world.time.advance(10);
    await stopped;
  }

  /** Names of the projections that it works on. */
  async holds(): Promise<readonly string[]> {
    const { worker, projections: all } = await this.runtime.status();
    return all.filter(({ holder, state }) => holder === worker && state !== "elsewhere").map(({ name }) => name);
  }

  /** One way to the engine or back: takes its time, and stops while the worker is paused. */
  async #travel(): Promise<void> {
    const { time, latencyMs } = this.#world;
    if (latencyMs > 0) {
      const ms = time.random.next() * latencyMs;
      await new Promise<void>((resolve) => time.scheduler.after(ms, resolve));
    }
    await this.#gate();
  }

  async #there<T>(act: () => Promise<T>): Promise<T> {
    await this.#travel();
    const result = await act();
    await this.#travel();
    return result;
  }

  async #gate(): Promise<void> {
    while (this.#paused) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #engine({ readModels: target, ...engine }: Engine): Engine {
    const { leases } = target;
    const readModels: ReadModelStore = {
      prepare: (models) => target.prepare(models),
      checkpoint: (model, partition) => this.#there(() => target.checkpoint(model, partition)),
      load: (model, keys) => this.#there(() => target.load(model, keys)),
      write: async (model, step) => {
        if (this.pauseBeforeWrite) this.pause();
        this.pauseBeforeWrite = false;
        return this.#there(async () => {
          const result = await target.write(model, step);
          this.writes.push(result);
          if (result.ok) this.#world.note(model.name, step.epoch);
          return result;
        });
      },
      scan: (model, options) => target.scan(model, options),
      reader: (model) => target.reader(model),
      builds: target.builds,
      parking: target.parking,
      leases: {
        takeOverAtStart: leases.takeOverAtStart,
        read: (models) => this.#onLeases("read", () => leases.read(models)),
        replace: (model, expected, next) => this.#onLeases("replace", () => leases.replace(model, expected, next)),
      },
    };
    return { ...engine, readModels };
  }

  async #onLeases<T>(call: "read" | "replace", act: () => Promise<T>): Promise<T> {
    return this.#there(async () => {
      const fault = this.leaseFault?.(call);
      if (fault === "before") throw new Error("the leases are unreachable");
      const result = await act();
      if (fault === "after") throw new Error("the answer was lost");
      return result;
    });
  }
}

interface WorldOptions {
  readonly seed?: number;
  readonly latencyMs?: number;
  /** Whether its workers are on one machine. */
  readonly takeOverAtStart?: boolean;
}

export class World {
  readonly time: MemoryEnvironment;
  readonly engine: Engine;
  /** Epochs of the steps that were written, by read model, in order. */
  readonly epochs = new Map<string, (number | undefined)[]>();
  /** Cents that were deposited. */
  deposited = 0;

  /** The longest way to the engine, or back. */
  readonly latencyMs: number;

  constructor({ seed = 1, latencyMs = 0, takeOverAtStart = false }: WorldOptions = {}) {
    this.engine = memoryEngine({ partitions: 3, takeOverAtStart });
    this.time = memoryEnvironment({ seed });
    this.latencyMs = latencyMs;
  }

  note(model: string, epoch: number | undefined): void {
    this.epochs.set(model, [...(this.epochs.get(model) ?? []), epoch]);
  }

  get leases(): LeaseStore {
    return this.engine.readModels.leases;
  }

  idleWorker(options: WorkerOptions = {}): Worker {
    return new Worker(this, options);
  }

  async worker(options: WorkerOptions = {}): Promise<Worker> {
    const worker = this.idleWorker(options);
    await worker.runtime.start();
    return worker;
  }

  /** Lets an operator of another process work on a projection; `end` ends that work, and `step` takes a step of it. */
  operator(projection: AnyProjection = p1): Operator {
    const { engine, time: environment } = this;
    const { eventFeed: feed, readModels: target } = engine;
    const pages = new EventPages(feed, new Catalog(shared, defaultSettings.eventSize), 5);
    const common = { observer: {}, progressed: () => undefined, stopping: () => false };
    const side = { feed, target, pages, environment, settings: { ...defaultSettings, ...settings }, ...common };
    const ending = new Signal();
    let step: OperateStep | undefined;
    const done = operate(projection, side, async (take) => {
      step = take;
      await ending.wait(environment.scheduler, 1_000_000);
      return take(async ({ epoch }) => epoch);
    });
    done.catch(() => undefined);
    return { done, end: () => ending.raise(), step: () => (step as OperateStep)(async ({ epoch }) => epoch) };
  }

  /** Deposits a cent in each of some accounts, in all partitions. Returns a token that includes all of them. */
  async deposit(worker: Worker, accounts = 7): Promise<readonly string[]> {
    const ids = Array.from({ length: accounts }, (_, index) => `a${index}`);
    const outcomes = await Promise.all(
      ids.map((id) => worker.runtime.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 1 } })),
    );
    const tokens = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.token] : []));
    this.deposited += tokens.length;
    return tokens;
  }

  /** What each read model has added up. */
  async sums(): Promise<readonly number[]> {
    const { readModels } = this.engine;
    const rows = await Promise.all(totals.map((one) => readModels.reader(readModelOf(one)).get("all")));
    return [...rows.map((row) => Number(row?.cents ?? 0)), await readModels.reader(readModelOf(entries)).count()];
  }
}

/** How many projections each worker works on. */
export async function shares(...workers: readonly Worker[]): Promise<readonly number[]> {
  return (await Promise.all(workers.map((worker) => worker.holds()))).map(({ length }) => length);
}

/** Every read model comes to what was deposited, and no epoch is followed by an older one. */
export async function expectExact(world: World): Promise<void> {
  const exact = projections.map(() => world.deposited);
  for (let round = 0; round < 20; round++) {
    await world.time.advance(leaseMs);
    if (String(await world.sums()) === String(exact)) break;
  }
  await world.time.advance(leaseMs);
  expect(await world.sums()).toEqual(exact);
  for (const epochs of world.epochs.values()) {
    expect(epochs).toEqual([...epochs].sort((one, other) => Number(one) - Number(other)));
  }
}

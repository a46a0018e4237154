/** Spreads the projections of one app over the workers that share a target: takes, renews and gives back leases, in rounds. */
import { LeaseLostError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import type { Lease, LeaseStore, ReadModel } from "../../port/read-model-store.ts";
import type { RuntimeObserver } from "../observer.ts";
import { Signal } from "../signal.ts";
import type { ProjectionStatus } from "../status/status.ts";
import { noted, type WorkReport } from "./lease-note.ts";
import { type LeaseClaims, leasesToTake, type Sighting, sightingOf } from "./lease-spread.ts";

/** What works under a lease. */
export interface Leased {
  /** May become another one, which nobody holds the lease of yet. */
  readonly model: ReadModel;
  /** Of the lease that it works under; absent while it does not work. */
  readonly epoch: number | undefined;
  /** True when it works on only under another epoch. */
  readonly suspended?: boolean;
  /** Called when that comes to be. */
  onSuspended?: () => void;
  hold(epoch: number): void;
  lose(epoch: number): void;
  /** How its work goes; absent where it only keeps others from working. */
  workReport?(): WorkReport;
}

export interface LeaseSide {
  readonly leases: LeaseStore;
  readonly environment: Environment;
  readonly leaseMs: number;
  readonly observer: RuntimeObserver;
  readonly claims: LeaseClaims;
  /** Called before each look at the leases. */
  readonly beforeLook?: () => Promise<void>;
  /** The name of this worker. Default: a new one. */
  readonly worker?: string;
}

/** A holder may miss two renewals before anyone takes its lease for abandoned. */
const roundsPerLease = 3;

/** Renewals may come between looking and seizing, now and then. */
const mostSeizures = 10;

/** Rounds are shorter than that by up to this part, at random, so that workers do not keep step. */
const jitter = 1 / 4;

export class LeaseKeeper {
  /** The name of this worker in the leases it holds. */
  readonly worker: string;
  readonly #runners: readonly Leased[];
  readonly #side: LeaseSide;
  /** In the order of the runners. Empty until the leases have been read. */
  #seen: Sighting[] = [];
  /** Epochs this worker asked for without learning whether it got them: the next look tells. */
  readonly #asked = new Map<Leased, number>();
  /** Runners whose leases are still to be taken over. */
  readonly #unseized: Set<Leased>;
  readonly #end = new Signal();
  #hurried = false;
  #failure: unknown;
  #rounds: Promise<void> | undefined;
  #stopping = false;

  constructor(runners: readonly Leased[], side: LeaseSide) {
    this.#runners = runners;
    this.#side = side;
    this.#unseized = new Set(side.claims.seize ? runners : []);
    this.worker = side.worker ?? side.environment.ids.next();
    for (const runner of runners) runner.onSuspended = () => this.#hurry();
  }

  /**
   * Takes all leases over before it resolves.
   * @throws LeaseLostError when others are quicker again and again, and what the leases throw.
   */
  async seize(): Promise<void> {
    for (let tries = 0; this.#unseized.size > 0; tries++) {
      if (tries === mostSeizures) throw new LeaseLostError(this.#runners.map(({ model }) => model.name).join(", "));
      await this.#round(0);
    }
  }

  start(): void {
    if (this.#runners.length > 0) this.#rounds = this.#run();
  }

  /** Takes and renews no more. The leases it holds stay, so that current steps can be finished. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#end.raise();
    await this.#rounds;
  }

  /** Lets others have the leases at once. When that fails they get them anyway, after `leaseMs`. */
  async giveBack(): Promise<void> {
    if (this.#seen.length === 0) return;
    try {
      await this.#look(0);
      await all(this.#held().map((index) => this.#replace(index, { holder: null })));
    } catch (error) {
      this.#side.observer.leasesFailed?.({ error, attempt: 1 });
    }
  }

  /** What the leases say about a projection. */
  statusOf(runner: Leased): Pick<ProjectionStatus, "holder"> & Partial<Pick<ProjectionStatus, "state" | "error">> {
    const holder = this.#seen[this.#runners.indexOf(runner)]?.lease?.holder;
    const error = this.#failure instanceof Error ? this.#failure.message : String(this.#failure);
    return { ...(holder && { holder }), ...(this.#failure !== undefined && { state: "failing", error }) };
  }

  /** The next round is at once. */
  #hurry(): void {
    this.#hurried = true;
    this.#end.raise();
  }

  /** Only waits that end in a look count as time in which a lease stood still: in an outage its holder could not renew either. */
  async #run(): Promise<void> {
    const { environment, leaseMs, observer } = this.#side;
    for (let waitedMs = 0, failures = 0; !this.#stopping; ) {
      try {
        await this.#round(waitedMs);
        failures = 0;
        this.#failure = undefined;
      } catch (error) {
        this.#failure = error;
        observer.leasesFailed?.({ error, attempt: ++failures });
      }
      waitedMs = (leaseMs / roundsPerLease) * (1 - jitter * environment.random.next());
      await this.#end.wait(environment.scheduler, waitedMs);
      if (this.#hurried) waitedMs = 0;
      this.#hurried = false;
    }
  }

  async #round(waitedMs: number): Promise<void> {
    await this.#side.beforeLook?.();
    await this.#look(waitedMs);
    const held = new Set(this.#held());
    const wanted = this.#wanted(held);
    const renew = (index: number) => (this.#runners[index]?.suspended ? this.#take(index) : this.#replace(index, {}));
    await all([...[...held].map(renew), ...wanted.map((index) => this.#take(index))]);
  }

  #wanted(held: ReadonlySet<number>): readonly number[] {
    if (this.#unseized.size > 0) return [...this.#unseized].map((runner) => this.#runners.indexOf(runner));
    const { environment, leaseMs, claims } = this.#side;
    return leasesToTake(this.#seen, { held, leaseMs, chance: environment.random.next(), claims });
  }

  /** Reads all leases and tells the runners what has become of theirs. */
  async #look(waitedMs: number): Promise<void> {
    const models = this.#runners.map(({ model }) => model);
    const found = await this.#side.leases.read(models);
    this.#seen = found.map((lease, index) => sightingOf(this.#seen[index], lease, waitedMs));
    for (const [index, runner] of this.#runners.entries())
      if (runner.model === models[index]) this.#tell(runner, found[index]);
  }

  /** A lease is this worker's when it bears an epoch that the worker took or asked for. */
  #tell(runner: Leased, lease: Lease | undefined): void {
    const own = [this.#asked.get(runner), runner.epoch];
    this.#asked.delete(runner);
    if (lease?.holder === this.worker && own.includes(lease.epoch)) this.#hold(runner, lease.epoch);
    else if (runner.epoch !== undefined) runner.lose(runner.epoch);
  }

  #held(): number[] {
    return [...this.#runners.keys()].filter((index) => this.#runners[index]?.epoch !== undefined);
  }

  /** Renews or gives back. When the lease has changed, the next look tells how. */
  async #replace(index: number, change: Pick<Partial<Lease>, "holder">): Promise<void> {
    const { lease } = this.#seen[index] as Sighting;
    if (!lease) return;
    await this.#put(index, { ...lease, ...change, beat: lease.beat + 1, ...this.#note(index, lease) });
  }

  async #take(index: number): Promise<void> {
    const runner = this.#runners[index] as Leased;
    const { model } = runner;
    const { lease } = this.#seen[index] as Sighting;
    const epoch = (lease?.epoch ?? 0) + 1;
    const next = { epoch, holder: this.worker, beat: 1, ...this.#note(index, lease) };
    this.#asked.set(runner, next.epoch);
    const taken = await this.#put(index, next);
    this.#asked.delete(runner);
    if (taken && runner.model === model) this.#hold(runner, next.epoch);
  }

  #note(index: number, lease: Lease | undefined): Pick<Lease, "note"> {
    const work = this.#runners[index]?.workReport?.();
    return noted(lease, work ? { work } : {});
  }

  #hold(runner: Leased, epoch: number): void {
    this.#unseized.delete(runner);
    runner.hold(epoch);
  }

  async #put(index: number, next: Lease): Promise<boolean> {
    const { model } = this.#runners[index] as Leased;
    const replaced = await this.#side.leases.replace(model, this.#seen[index]?.lease, next);
    if (replaced) this.#seen[index] = { lease: next, unchangedMs: 0 };
    return replaced;
  }
}

/** Waits for all of them, whatever happens, before it fails with the first that failed. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

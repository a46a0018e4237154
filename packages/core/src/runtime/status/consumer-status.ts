/** Reads how consumers do, wherever they run: checkpoints, leases and what is noted beside them. Changes nothing. */
import type { Environment } from "../../port/environment.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { Lease, ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import type { LeaseKeepers } from "../lease/lease-keepers.ts";
import { noteOf } from "../lease/lease-note.ts";
import type { PolicyRunner } from "../policy/policy-runner.ts";
import type { ProjectionRunner } from "../projection/projection-runner.ts";
import { placeOf } from "../rebuild/builder.ts";
import type { ChosenBuilds } from "../rebuild/choose-builds.ts";
import type { KnownBuilds } from "../rebuild/known-builds.ts";
import { healthOf } from "./health.ts";
import type { PartitionStatus, PolicyStatus, ProjectionStatus } from "./status.ts";

export interface StatusSide {
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly known: KnownBuilds;
  readonly keeper: LeaseKeepers;
  readonly environment: Environment;
  readonly leaseMs: number;
}

interface Head {
  readonly partition: string;
  readonly head: number;
}

/** Nothing of a build that was not prepared, or was dropped, can be read. */
interface Seen {
  readonly runner: ProjectionRunner;
  readonly chosen: ChosenBuilds;
  readonly isThere: boolean;
  readonly lease: Lease | undefined;
}

/** One look at all consumers of an app. */
export class StatusLook {
  readonly #side: StatusSide;
  readonly #heads: readonly Head[];
  readonly #seen: ReadonlyMap<ProjectionRunner, Seen>;

  private constructor(side: StatusSide, heads: readonly Head[], seen: readonly Seen[]) {
    this.#side = side;
    this.#heads = heads;
    this.#seen = new Map(seen.map((one) => [one.runner, one]));
  }

  static async at(side: StatusSide, runners: readonly ProjectionRunner[]): Promise<StatusLook> {
    const partitions = await side.feed.partitions();
    const heads = partitions.map(async (partition) => ({ partition, head: await side.feed.head(partition) }));
    return new StatusLook(side, await Promise.all(heads), await lookAt(side, runners));
  }

  async projection(runner: ProjectionRunner): Promise<ProjectionStatus> {
    const { chosen, lease } = this.#of(runner);
    const { own, serving } = chosen;
    const { audit } = noteOf(lease);
    return {
      version: own.version,
      build: own.build ?? 0,
      ...(serving && { serving: placeOf(serving) }),
      ...(await this.#consumer(runner.projection.name, runner)),
      parked: await this.#parkedStreams(runner),
      ...(audit && { lastAudit: audit }),
    };
  }

  async policy(runner: PolicyRunner): Promise<PolicyStatus> {
    const { isThere } = this.#of(runner);
    const counts = isThere ? await runner.counts() : { waiting: 0, timers: 0, failing: 0, parked: 0 };
    return {
      ...(await this.#consumer(runner.policy.name, runner)),
      ...counts,
      parkedStreams: await this.#parkedStreams(runner),
    };
  }

  async #parkedStreams(runner: ProjectionRunner): Promise<number> {
    const { chosen, isThere } = this.#of(runner);
    return isThere ? this.#side.target.parking.count(chosen.own) : 0;
  }

  async #consumer(name: string, runner: ProjectionRunner) {
    const seen = this.#of(runner);
    const partitions = await Promise.all(this.#heads.map((head) => this.#partition(seen, head)));
    const work = runner.epoch === undefined ? noteOf(seen.lease).work : runner.workReport();
    const { environment, leaseMs } = this.#side;
    const isHeld = Boolean(seen.lease?.holder);
    const health = healthOf({ now: environment.clock.now(), leaseMs, isHeld, ...(work && { work }), partitions });
    return { name, ...this.#stateOf(seen), health, ...(work && { work }), partitions };
  }

  #stateOf({ runner, lease }: Seen): Pick<ProjectionStatus, "state" | "error" | "holder"> {
    const own = runner.state();
    if (own.state !== "stopped") return { ...own, ...this.#side.keeper.statusOf(runner) };
    return { ...own, ...(lease?.holder && { holder: lease.holder }) };
  }

  async #partition({ chosen, isThere }: Seen, { partition, head }: Head): Promise<PartitionStatus> {
    const position = isThere ? await this.#side.target.checkpoint(chosen.own, partition) : 0;
    const lag = Math.max(0, head - position);
    return { partition, position, head, lag, lagMs: lag === 0 ? 0 : await this.#ageOfNext(partition, position) };
  }

  /** At least a millisecond, so that something that waits never looks as if nothing did. */
  async #ageOfNext(partition: string, position: number): Promise<number> {
    const { feed, environment } = this.#side;
    const [next] = (await feed.read(partition, position, 1)).events;
    return next ? Math.max(1, environment.clock.now() - next.recordedAt) : 0;
  }

  #of(runner: ProjectionRunner): Seen {
    return this.#seen.get(runner) as Seen;
  }
}

async function lookAt(side: StatusSide, runners: readonly ProjectionRunner[]): Promise<readonly Seen[]> {
  const found = await Promise.all(
    runners.map(async (runner) => {
      const chosen = await side.known.of(runner.projection);
      return { runner, chosen, isThere: chosen.ownState !== undefined };
    }),
  );
  const models = found.filter(({ isThere }) => isThere).map(({ chosen }) => chosen.own);
  const leases = await leasesOf(side.target, models);
  return found.map((one) => ({ ...one, lease: leases.get(one.chosen.own) }));
}

/** Without them, the rest can still be told. */
async function leasesOf(
  { leases }: ReadModelStore,
  models: readonly ReadModel[],
): Promise<ReadonlyMap<ReadModel, Lease | undefined>> {
  const found = models.length === 0 ? [] : await leases.read(models).catch(() => []);
  return new Map(models.map((model, index) => [model, found[index]]));
}

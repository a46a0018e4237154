/** Works for a while, then leaves nothing running: brings read models and policies up to what the feed shows, and gives the leases back. */
import type { FeedPoint } from "../../port/event-feed.ts";
import { LeaseKeepers } from "../lease/lease-keepers.ts";
import { passing } from "../lease/lease-spread.ts";
import { PolicyRunner } from "../policy/policy-runner.ts";
import type { Progress } from "../projection/progress.ts";
import type { ProjectionRunner, ProjectionSide } from "../projection/projection-runner.ts";
import type { KnownBuilds } from "../rebuild/known-builds.ts";
import { awaitsSwitch, OwnBuilds } from "../rebuild/own-builds.ts";
import { headsOf, missing, placesOf } from "../rebuild/places.ts";
import { Signal } from "../signal.ts";
import type { ProjectionStatus } from "../status/status.ts";

export interface CatchUpOptions {
  /** Names. Default: all. @throws UnknownNameError */
  readonly projections?: readonly string[];
  /** Names. Default: all. @throws UnknownNameError */
  readonly policies?: readonly string[];
  /** Begins no step after so many milliseconds; steps that were begun are finished. Default: takes as long as it takes. */
  readonly withinMs?: number;
}

/** A projection, or the table of a policy, that is not where it should be. */
export interface Behind extends Pick<ProjectionStatus, "name" | "state" | "error"> {
  /** Positions of the feed that it lacks. 0 where it includes all, and only what is due of a policy, or a switch of builds, is not done. */
  readonly lag: number;
}

export interface CaughtUp {
  /** True when all that the feed showed at the beginning is included, whoever did it, and nothing is due. */
  readonly done: boolean;
  readonly behind: readonly Behind[];
}

export interface CatchUpSide extends Omit<ProjectionSide, "pages" | "progressed"> {
  /** Not started. Projections and policies. */
  readonly runners: readonly ProjectionRunner[];
  readonly known: KnownBuilds;
  readonly progress: Progress;
  /** True once the runtime has been told to stop: no more steps then. */
  readonly stopping: () => boolean;
}

/** Steps of other workers, and what comes of intents, are looked for this often. */
const lookEveryMs = 100;

export async function catchUp(side: CatchUpSide, { withinMs }: Pick<CatchUpOptions, "withinMs">): Promise<CaughtUp> {
  const goal = await headsOf(side);
  const own = ownBuilds(side);
  await own.follow();
  const first = await behind(side, side.runners, goal);
  if (first.length === 0 || (withinMs !== undefined && withinMs <= 0)) return told(first);
  const end = new End(side, withinMs);
  const keeper = keepersOf(side, own);
  let states: States = new Map();
  try {
    const partitions = await side.feed.partitions();
    for (const runner of side.runners) runner.start(partitions);
    keeper.start();
    for (let open = first; !end.reached && open.some(mayProceed); open = await behind(side, open.map(runnerOf), goal)) {
      if (open.every(({ lag }) => lag === 0)) await own.follow();
      await end.waitForNews();
    }
  } finally {
    end.cancel();
    states = new Map(side.runners.map((runner) => [runner, runner.state()]));
    await keeper.stop();
    await own.stop();
    await Promise.all(side.runners.map((runner) => runner.stop()));
    await keeper.giveBack();
  }
  return told(await behind(side, side.runners, goal), states);
}

/** The time that is given, and what may happen in it. */
class End {
  readonly #side: CatchUpSide;
  readonly #news = new Signal();
  readonly #cancel: (() => void)[];
  #timeIsUp = false;

  constructor(side: CatchUpSide, withinMs: number | undefined) {
    this.#side = side;
    const listening = side.progress.listen(
      side.runners.map(({ projection }) => projection.name),
      () => this.#news.raise(),
    );
    this.#cancel = [listening];
    if (withinMs !== undefined) this.#cancel.push(side.environment.scheduler.after(withinMs, () => this.#end()));
  }

  get reached(): boolean {
    return this.#timeIsUp || this.#side.stopping();
  }

  waitForNews(): Promise<void> {
    return this.#news.wait(this.#side.environment.scheduler, lookEveryMs);
  }

  cancel(): void {
    for (const cancel of this.#cancel) cancel();
  }

  #end(): void {
    this.#timeIsUp = true;
    this.#news.raise();
  }
}

interface OpenRunner {
  readonly runner: ProjectionRunner;
  readonly lag: number;
}

type States = ReadonlyMap<ProjectionRunner, Pick<ProjectionStatus, "state" | "error">>;

const runnerOf = ({ runner }: OpenRunner) => runner;

/** One that has halted does not go on before somebody has a look. */
const mayProceed = ({ runner }: OpenRunner) => runner.state().state !== "halted";

/** `states` are those at the end of the work. */
function told(open: readonly OpenRunner[], states: States = new Map()): CaughtUp {
  const found = open.map(({ runner, lag }): Behind => {
    const { name } = runner.projection;
    return { name, ...(states.get(runner) ?? runner.state()), lag };
  });
  return { done: found.length === 0, behind: found };
}

/** Those of the runners that have something left to do. */
async function behind(
  side: CatchUpSide,
  runners: readonly ProjectionRunner[],
  goal: readonly FeedPoint[],
): Promise<readonly OpenRunner[]> {
  const found = runners.map(async (runner) => {
    const lag = missing(await placesOf(side, runner.model), goal);
    return lag > 0 || (await hasMore(side, runner)) ? [{ runner, lag }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function hasMore({ known }: CatchUpSide, runner: ProjectionRunner): Promise<boolean> {
  if (runner instanceof PolicyRunner) return runner.isDue();
  return awaitsSwitch(await known.of(runner.projection));
}

function ownBuilds({ runners, known, feed, target, environment, settings, observer }: CatchUpSide): OwnBuilds {
  const projections = runners.filter((runner) => !(runner instanceof PolicyRunner));
  return new OwnBuilds(projections, known, { feed, target, environment, leaseMs: settings.leaseMs, observer });
}

function keepersOf({ runners, target, settings, environment, observer }: CatchUpSide, own: OwnBuilds): LeaseKeepers {
  const side = { leaseMs: settings.leaseMs, environment, observer, beforeLook: () => own.follow() };
  return new LeaseKeepers(runners, target, side, passing);
}

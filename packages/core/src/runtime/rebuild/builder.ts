/** Rebuilds read models beside the ones that serve, and switches between builds: what `runtime.builds` does. */
import type { AnyProjection } from "../../definition/projection.ts";
import { FoldstreamError, LeaseLostError, ProjectionHaltedError, StoppedError } from "../../errors.ts";
import { isSameBuild } from "../../port/build-list.ts";
import type { FeedPoint } from "../../port/event-feed.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { type Catalog, unknown } from "../catalog.ts";
import { compareBuilds } from "../compare/compare-builds.ts";
import type { BuildComparison, CompareOptions } from "../compare/comparison.ts";
import { type Operated, type OperateSide, operate } from "../lease/operate.ts";
import { EventPages } from "../projection/event-pages.ts";
import { readModelOf } from "../projection/fold.ts";
import { buildName, type ChosenBuilds, chooseBuilds, nextBuild } from "./choose-builds.ts";
import { Pace } from "./pace.ts";
import { headsOf, missing, placesOf, sum } from "./places.ts";
import { RatedPages } from "./rated-pages.ts";
import type {
  BuildPlace,
  BuildStatus,
  ReadModelBuilds,
  RebuildOptions,
  RebuildResult,
  SwitchResult,
} from "./rebuild-types.ts";
import { type SwitchSide, switchBack, switchOver } from "./switch-over.ts";

export interface BuilderSide extends Omit<OperateSide, "pages" | "model"> {
  readonly catalog: Catalog;
  readonly projections: readonly AnyProjection[];
  /** Called once another build serves. */
  readonly switched: () => Promise<void>;
}

/** A rebuild takes larger steps than a projection that keeps up: each row that many events touch is written less often. */
const stepFactor = 3;

const lookEveryMs = 100;

export class Builder implements ReadModelBuilds {
  readonly #side: BuilderSide;

  constructor(side: BuilderSide) {
    this.#side = side;
  }

  async list(name: string): Promise<readonly BuildStatus[]> {
    const heads = await headsOf(this.#side);
    const builds = await this.#side.target.builds.list(this.#projection(name).name);
    return Promise.all(
      builds.map(async ({ model, state }) => {
        const places = state === "dropped" ? heads : await placesOf(this.#side, model);
        return { ...placeOf(model), state, lag: missing(places, heads) };
      }),
    );
  }

  async rebuild(name: string, options: RebuildOptions = {}): Promise<RebuildResult> {
    const projection = this.#projection(name);
    const { model, chosen } = await this.#begun(projection);
    const places = await placesOf(this.#side, model);
    const resumedAt = sum(places);
    const pace = new Pace(this.#side.environment.clock, resumedAt);
    const wanted = options.switch ?? chosen.live.version < model.version;
    const done = await this.#working(projection, model, options, async (operated) => {
      const reached = await this.#untilCaughtUp(operated, model, options, pace);
      if (wanted) await this.#switch(chosen.live, model);
      return reached;
    });
    return { projection: name, ...placeOf(model), resumedAt, done, ms: pace.ms, switched: wanted };
  }

  async switch(name: string): Promise<SwitchResult> {
    const projection = this.#projection(name);
    const { builds, live } = await this.#known(projection);
    const next = builds.findLast(({ model, state }) => state === "new" && model.version === projection.version)?.model;
    if (!next) throw noBuild(name, "that has never served; rebuild it first");
    return this.#switchUpToDate(projection, live, next);
  }

  async rollBack(name: string): Promise<SwitchResult> {
    const projection = this.#projection(name);
    const { builds, live } = await this.#known(projection);
    const before = builds.findLast(({ state }) => state === "previous")?.model;
    if (!before) throw noBuild(name, "that served before");
    if (before.version === projection.version) return this.#switchUpToDate(projection, live, before);
    const behind = await switchBack(this.#switchSide(), live, before);
    await this.#side.switched();
    return { projection: name, from: placeOf(live), to: placeOf(before), behind };
  }

  async compare(name: string, options: CompareOptions = {}): Promise<BuildComparison> {
    const projection = this.#projection(name);
    const { builds, live } = await this.#known(projection);
    const unserved = builds.findLast(({ model, state }) => state === "new" && model.version === projection.version);
    const build = (unserved ?? builds.findLast(({ state }) => state === "previous"))?.model;
    if (!build) throw noBuild(name, "to compare with the live one; rebuild it first");
    if (build.version !== projection.version) return compareBuilds({ ...this.#side, projection, live, build }, options);
    const model = { ...readModelOf(projection), build: build.build ?? 0 };
    return this.#upToDate(projection, model, options, () =>
      compareBuilds({ ...this.#side, projection, live, build: model }, options),
    );
  }

  async drop(name: string): Promise<readonly BuildPlace[]> {
    const projection = this.#projection(name);
    const { builds, own } = await this.#known(projection);
    const dropped: BuildPlace[] = [];
    for (const { model, state } of builds) {
      if (state === "live" || isSameBuild(model, own)) continue;
      // Again if it was dropped before, since that may have been cut off.
      if ((await this.#side.target.builds.drop(model)) && state !== "dropped") dropped.push(placeOf(model));
    }
    return dropped;
  }

  /** The build that was begun, or a new one. */
  async #begun(projection: AnyProjection): Promise<{ readonly model: ReadModel; readonly chosen: ChosenBuilds }> {
    const { target } = this.#side;
    const declared = readModelOf(projection);
    const builds = await target.builds.list(projection.name);
    const chosen = chooseBuilds(declared, builds);
    const { version } = declared;
    const begun = builds.findLast(({ model, state }) => state === "new" && model.version === version)?.model.build;
    const first = chosen.ownState === undefined;
    const model = { ...declared, build: begun ?? (first ? chosen.own.build : nextBuild(version, builds)) ?? 0 };
    await target.prepare([model]);
    return { model, chosen };
  }

  async #known(projection: AnyProjection) {
    const builds = await this.#side.target.builds.list(projection.name);
    return { builds, ...chooseBuilds(readModelOf(projection), builds) };
  }

  async #switchUpToDate(projection: AnyProjection, live: ReadModel, next: ReadModel): Promise<SwitchResult> {
    const model = { ...readModelOf(projection), build: next.build ?? 0 };
    await this.#upToDate(projection, model, {}, () => this.#switch(live, model));
    return { projection: projection.name, from: placeOf(live), to: placeOf(model), behind: 0 };
  }

  /** Keeps a build up to date while `work` goes on, which begins once it has caught up. */
  #upToDate<T>(
    projection: AnyProjection,
    model: ReadModel,
    { signal }: Pick<RebuildOptions, "signal">,
    work: () => Promise<T>,
  ): Promise<T> {
    return this.#working(projection, model, {}, async (operated) => {
      const pace = new Pace(this.#side.environment.clock, 0);
      await this.#untilCaughtUp(operated, model, signal ? { signal } : {}, pace);
      return work();
    });
  }

  async #switch(live: ReadModel, next: ReadModel): Promise<void> {
    if (isSameBuild(live, next)) return;
    await switchOver(this.#switchSide(), live, next);
    await this.#side.switched();
  }

  /** Keeps a build up to date at full speed while `work` goes on. */
  async #working<T>(
    projection: AnyProjection,
    model: ReadModel,
    { eventsPerSecond }: RebuildOptions,
    work: (operated: Operated) => Promise<T>,
  ): Promise<T> {
    const { catalog, feed, settings, environment } = this.#side;
    const most = settings.eventsPerStep * stepFactor;
    const limit = Math.max(1, Math.ceil(Math.min(most, eventsPerSecond ?? most)));
    const all = new EventPages(feed, catalog, limit);
    const pages = eventsPerSecond ? new RatedPages(all, environment.scheduler, eventsPerSecond) : all;
    const parallel = (await feed.partitions()).length > 1;
    const side = { ...this.#side, pages, model, parallel };
    return operate(projection, side, (_, operated) => work(operated));
  }

  /**
   * Resolves to how far that is. Fails when it will not get there. Where commands come in all the time, there is always something new: it
   * is enough to include what there was a look before.
   */
  async #untilCaughtUp(
    operated: Operated,
    model: ReadModel,
    { onProgress, signal }: RebuildOptions,
    pace: Pace,
  ): Promise<number> {
    const { environment, observer, stopping } = this.#side;
    for (let before: readonly FeedPoint[] | undefined; ; ) {
      if (signal?.aborted || stopping()) throw new StoppedError(`The rebuild of "${model.name}"`);
      const error = checkGoingOn(operated, model);
      const [heads, places] = [await headsOf(this.#side), await placesOf(this.#side, model)];
      const [done, total] = [sum(places), sum(heads)];
      const told = { done, total, ...pace.at(done, total), ...(error !== undefined && { error }) };
      const progress = { projection: model.name, ...placeOf(model), ...told };
      onProgress?.(progress);
      observer.rebuilding?.(progress);
      if (missing(places, before ?? heads) === 0) return done;
      before = heads;
      await new Promise<void>((resolve) => void environment.scheduler.after(lookEveryMs, resolve));
    }
  }

  #switchSide(): SwitchSide {
    const { feed, target, environment, observer, settings } = this.#side;
    return { feed, target, environment, observer, leaseMs: settings.leaseMs };
  }

  /** @throws UnknownNameError */
  #projection(name: string): AnyProjection {
    const { projections } = this.#side;
    const names = projections.map((projection) => projection.name);
    return projections.find((projection) => projection.name === name) ?? unknown("projection", name, names);
  }
}

export function placeOf({ version, build = 0 }: ReadModel): BuildPlace {
  return { version, build };
}

/** The message of what is being retried, if anything is. @throws when there is no use in waiting. */
function checkGoingOn(operated: Operated, model: ReadModel): string | undefined {
  const { state, error } = operated.state();
  if (state === "elsewhere") throw new LeaseLostError(model.name);
  if (operated.failure instanceof ProjectionHaltedError) throw halted(model, operated.failure);
  return error;
}

function halted(model: ReadModel, failure: ProjectionHaltedError): FoldstreamError {
  const { found, cause } = failure;
  return new FoldstreamError(
    "projection-halted",
    `"${model.name}" ${buildName(model)} has halted: ${found}. What was built is kept. ` +
      `See \`foldstream parked --projection ${model.name}\`, fix the handlers, and rebuild it again. ${(cause as Error).message}`,
    { cause: failure },
  );
}

function noBuild(name: string, which: string): FoldstreamError {
  return new FoldstreamError("unknown-build", `There is no build of "${name}" ${which}. Nothing was changed.`);
}

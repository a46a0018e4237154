/** Compares a build with the live one, row by row at one position, while both may go on. Writes nothing. */
import type { Column, Columns } from "../../definition/column.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import { StoppedError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import { LogPages } from "../audit/log-pages.ts";
import { isSame, setAsideOf } from "../audit/set-aside.ts";
import { Throttle } from "../audit/throttle.ts";
import type { Catalog } from "../catalog.ts";
import { buildName } from "../rebuild/choose-builds.ts";
import { headsOf, missing, placesOf } from "../rebuild/places.ts";
import type { Settings } from "../settings.ts";
import { targetOf } from "../targets/target-of.ts";
import { compareFacts } from "./compare-facts.ts";
import type { CompareSide } from "./compare-side.ts";
import { compareTables } from "./compare-tables.ts";
import { CompareTally } from "./compare-tally.ts";
import type { BuildComparison, ComparedBuild, CompareOptions } from "./comparison.ts";

export interface CompareBuildsSide {
  readonly projection: AnyProjection;
  readonly live: ReadModel;
  readonly build: ReadModel;
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly settings: Settings;
  /** True once the runtime has been told to stop. */
  readonly stopping: () => boolean;
}

const lookEveryMs = 20;

export async function compareBuilds(side: CompareBuildsSide, options: CompareOptions): Promise<BuildComparison> {
  const { projection, live, build, target, settings, environment } = side;
  const { clock } = environment;
  const began = clock.now();
  const columns = sharedColumns(live, build);
  const tally = new CompareTally(columns, settings.auditFindings);
  const throttle = throttleOf(side, options);
  const pages = new LogPages({ ...side, eventsPerPage: settings.eventsPerStep, setAside: new Map() }, throttle);
  const partitions = await pages.partitions();
  const within = { ...side, target: targetOf(target, projection), pages, partitions, throttle, tally };
  const problem = (await incomparable(side, throttle)) ?? (await compareStill(within));
  const { differences, differing, unsettled } = tally;
  const found = Object.values(differences).reduce((sum, count) => sum + count, unsettled);
  return {
    projection: projection.name,
    equal: found === 0 && problem === undefined,
    live: await compared(side, live, tally.live),
    build: await compared(side, build, tally.build),
    columns: Object.keys(columns),
    otherColumns: otherColumns(columns, live, build),
    differences,
    differing,
    unsettled,
    ...(problem !== undefined && { problem }),
    ms: Math.max(0, clock.now() - began),
  };
}

/** Rows that come in from what is parked come in at other places of the log, so they cannot be told from differences. */
async function compareStill(side: CompareSide): Promise<string | undefined> {
  const aside = () => Promise.all([setAsideOf(side.target, side.live), setAsideOf(side.target, side.build)]);
  const [live, build] = await aside();
  await (side.live.kind === "facts" ? compareFacts(side) : compareTables(side));
  const [liveAfter, buildAfter] = await aside();
  if (isSame(live, liveAfter) && isSame(build, buildAfter)) return undefined;
  return "Streams were parked or redriven while the builds were compared. Compare them again.";
}

/** Why there is no position at which they could be compared. */
async function incomparable(side: CompareBuildsSide, throttle: Throttle): Promise<string | undefined> {
  const { live, build, settings, environment } = side;
  if (live.kind !== build.kind)
    return `${buildName(live)} is ${kindOf(live)}, ${buildName(build)} is ${kindOf(build)}.`;
  const wanted = [await placesOf(side, live), await placesOf(side, build)];
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    await throttle.spend({});
    const late = [live, build].map(async (model) => ({ model, lacks: await lacking(side, model, wanted) }));
    const [first] = (await Promise.all(late)).filter(({ lacks }) => lacks > 0);
    if (!first) return undefined;
    if (waitedMs >= 2 * settings.leaseMs) return behind(first.model, first.lacks);
    await new Promise<void>((resolve) => void environment.scheduler.after(lookEveryMs, resolve));
  }
}

async function lacking(
  side: CompareBuildsSide,
  model: ReadModel,
  wanted: readonly Awaited<ReturnType<typeof placesOf>>[],
): Promise<number> {
  const places = await placesOf(side, model);
  return Math.max(...wanted.map((place) => missing(places, place)));
}

function behind(model: ReadModel, lacks: number): string {
  return (
    `${buildName(model)} lacks ${lacks} positions of the log that the other one includes, and nothing brings it up to date: ` +
    "start the app, in a release with that version, and compare again."
  );
}

function kindOf({ kind }: ReadModel): string {
  return kind === "facts" ? "facts" : "a table";
}

async function compared(
  side: CompareBuildsSide,
  model: ReadModel,
  { rows, digest }: Pick<ComparedBuild, "rows" | "digest">,
): Promise<ComparedBuild> {
  const { version, build = 0 } = model;
  const parked = await side.target.parking.count(model);
  return { version, build, rows, digest, parked, lag: missing(await placesOf(side, model), await headsOf(side)) };
}

function sharedColumns(live: ReadModel, build: ReadModel): Columns {
  const isShared = ([name, { type, key }]: [string, Column]) =>
    live.columns[name]?.type === type && live.columns[name]?.key === key;
  return Object.fromEntries(Object.entries(build.columns).filter(isShared));
}

function otherColumns(shared: Columns, live: ReadModel, build: ReadModel): readonly string[] {
  const all = new Set([...Object.keys(live.columns), ...Object.keys(build.columns)]);
  return [...all].filter((name) => !Object.hasOwn(shared, name));
}

function throttleOf({ projection, environment, stopping }: CompareBuildsSide, options: CompareOptions): Throttle {
  const { rowsPerSecond, onProgress, signal } = options;
  const throwIfAborted = () => {
    if (signal?.aborted || stopping()) throw new StoppedError(`The comparison of "${projection.name}"`);
  };
  return new Throttle(projection.name, environment, {
    ...(rowsPerSecond !== undefined && { perSecond: rowsPerSecond }),
    ...(onProgress && { onProgress }),
    signal: { throwIfAborted },
  });
}

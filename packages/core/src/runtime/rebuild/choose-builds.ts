/** Which build of a read model an app works on, and which one its queries read. */
import type { Column } from "../../definition/column.ts";
import { isSameBuild } from "../../port/build-list.ts";
import type { Build, ReadModel } from "../../port/read-model-store.ts";

export interface ChosenBuilds {
  /** The build of the app's version that it keeps up to date. Not prepared yet when `ownState` is absent. */
  readonly own: ReadModel;
  readonly ownState?: Build["state"];
  /** What the target says is live; the own one where there is none yet. */
  readonly live: ReadModel;
  /** Other builds of the app's version that have never served, as far as they have come. */
  readonly beside: readonly ReadModel[];
  /** What queries read; nothing while the live build lacks what the app declares. */
  readonly serving?: ReadModel;
}

/** `declared` is the read model of the app's version; `builds` are all that the target knows of its name. */
export function chooseBuilds(declared: ReadModel, builds: readonly Build[]): ChosenBuilds {
  const live = builds.find(({ state }) => state === "live")?.model;
  const found = ownBuild(declared, builds);
  const own = { ...declared, build: found ? (found.model.build ?? 0) : nextBuild(declared.version, builds) };
  const serving = servingBuild(own, found?.state, live ?? own);
  const beside = builds
    .filter(({ model, state }) => state === "new" && model.version === own.version && !isSameBuild(model, own))
    .map(({ model }) => ({ ...declared, build: model.build ?? 0 }));
  return { own, ...(found && { ownState: found.state }), live: live ?? own, beside, ...(serving && { serving }) };
}

/** The number of the next build of a version. One that was dropped is not used again. */
export function nextBuild(version: number, builds: readonly Build[]): number {
  const numbers = builds.filter(({ model }) => model.version === version).map(({ model }) => model.build ?? 0);
  return Math.max(-1, ...numbers) + 1;
}

/** For messages: `version 2`, or `version 2 build 1`. */
export function buildName({ version, build = 0 }: ReadModel): string {
  return `version ${version}${build === 0 ? "" : ` build ${build}`}`;
}

/** The live one, else the one that served last, else the one that is being built. */
function ownBuild({ version }: ReadModel, builds: readonly Build[]): Build | undefined {
  const candidates = builds.filter(({ model, state }) => model.version === version && state !== "dropped");
  const inState = (wanted: Build["state"]) => candidates.findLast(({ state }) => state === wanted);
  return inState("live") ?? inState("previous") ?? candidates.at(0);
}

/** A release that is older than the live build goes on with its own, as long as it keeps that up to date. */
function servingBuild(own: ReadModel, ownState: Build["state"] | undefined, live: ReadModel): ReadModel | undefined {
  if (live.version === own.version) return own;
  if (live.version > own.version && ownState === "previous") return own;
  return fits(own, live) ? live : undefined;
}

/** Whether rows of `found` can be read as rows of `declared`. */
function fits(declared: ReadModel, found: ReadModel): boolean {
  if (declared.kind !== found.kind) return false;
  if (declared.search.length > 0 && declared.search.join() !== found.search.join()) return false;
  return Object.entries(declared.columns).every(([name, column]) => fitsColumn(column, found.columns[name]));
}

function fitsColumn(declared: Column, found: Column | undefined): boolean {
  return (
    found !== undefined &&
    found.type === declared.type &&
    found.key === declared.key &&
    (declared.nullable || !found.nullable)
  );
}

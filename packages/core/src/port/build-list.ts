/** The list of a name's builds, and what it becomes: one rule for every target, whatever it keeps the list in. */
import type { Build, ReadModel } from "./read-model-store.ts";

export function isSameBuild(one: ReadModel, other: ReadModel): boolean {
  return one.version === other.version && (one.build ?? 0) === (other.build ?? 0);
}

export function isLive(builds: readonly Build[], model: ReadModel): boolean {
  return builds.some((build) => build.state === "live" && isSameBuild(build.model, model));
}

/** With a build as it is declared, live if it is the first. Nothing when the list stays. */
export function withBuild(builds: readonly Build[], model: ReadModel): readonly Build[] | undefined {
  const declared = { ...model, build: model.build ?? 0 };
  const known = builds.find((build) => isSameBuild(build.model, model) && build.state !== "dropped");
  if (known && JSON.stringify(known.model) === JSON.stringify(declared)) return undefined;
  const others = builds.filter((build) => !isSameBuild(build.model, model));
  const state = known?.state ?? (others.length === 0 ? "live" : "new");
  return [...others, { model: declared, state } as const].sort(inOrder);
}

/** With `next` live. Nothing when `expected` is not the live one, or `next` is not there. */
export function withSwitch(
  builds: readonly Build[],
  expected: ReadModel,
  next: ReadModel,
): readonly Build[] | undefined {
  const live = builds.find(({ state }) => state === "live");
  const known = builds.some(({ model, state }) => isSameBuild(model, next) && state !== "dropped");
  if (!live || !known || !isSameBuild(live.model, expected)) return undefined;
  return builds.map((build) => {
    if (isSameBuild(build.model, next)) return { ...build, state: "live" };
    return build === live ? { ...build, state: "previous" } : build;
  });
}

/** With a build dropped. Nothing when it is the live one, not there, or dropped already. */
export function withDrop(builds: readonly Build[], model: ReadModel): readonly Build[] | undefined {
  const found = builds.find((build) => isSameBuild(build.model, model));
  if (!found || found.state === "live" || found.state === "dropped") return undefined;
  return builds.map((build) => (build === found ? { ...build, state: "dropped" } : build));
}

function inOrder({ model: one }: Build, { model: other }: Build): number {
  return one.version - other.version || (one.build ?? 0) - (other.build ?? 0);
}

/** Which builds there are of read models in memory. */
import type { Build, BuildStore, ReadModel } from "../port/read-model-store.ts";

export interface MemoryBuilds extends BuildStore {
  /** Keeps the build on the list, as the live one if it is the first of its name. */
  add(model: ReadModel): void;
}

/** `remove` deletes what a build holds. */
export function memoryBuilds(remove: (model: ReadModel) => void): MemoryBuilds {
  const byName = new Map<string, Build[]>();
  const buildsOf = (name: string) => byName.get(name) ?? [];
  return {
    add(model) {
      const others = buildsOf(model.name).filter((build) => !isSame(build.model, model));
      const known = buildsOf(model.name).find((build) => isSame(build.model, model) && build.state !== "dropped");
      const state = known?.state ?? (others.length === 0 ? "live" : "new");
      byName.set(model.name, [...others, { model: { ...model, build: model.build ?? 0 }, state }].sort(inOrder));
    },

    async list(name) {
      return buildsOf(name);
    },

    async switchTo(expected, next) {
      const builds = buildsOf(next.name);
      const live = builds.find(({ state }) => state === "live");
      const known = builds.some(({ model, state }) => isSame(model, next) && state !== "dropped");
      if (!live || !known || !isSame(live.model, expected)) return false;
      const stateOf = ({ model, state }: Build) =>
        isSame(model, next) ? "live" : state === "live" ? "previous" : state;
      byName.set(
        next.name,
        builds.map((build) => ({ ...build, state: stateOf(build) })),
      );
      return true;
    },

    async drop(model) {
      const builds = buildsOf(model.name);
      if (builds.some((build) => isSame(build.model, model) && build.state === "live")) return false;
      byName.set(
        model.name,
        builds.map((build) => (isSame(build.model, model) ? { ...build, state: "dropped" } : build)),
      );
      remove(model);
      return true;
    },
  };
}

function isSame(one: ReadModel, other: ReadModel): boolean {
  return one.version === other.version && (one.build ?? 0) === (other.build ?? 0);
}

function inOrder({ model: one }: Build, { model: other }: Build): number {
  return one.version - other.version || (one.build ?? 0) - (other.build ?? 0);
}

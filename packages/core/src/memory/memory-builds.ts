/** Which builds there are of read models in memory. */
import { isLive, withBuild, withDrop, withSwitch } from "../port/build-list.ts";
import type { Build, BuildStore, ReadModel } from "../port/read-model-store.ts";

export interface MemoryBuilds extends BuildStore {
  /** Keeps the build on the list, as the live one if it is the first of its name. */
  add(model: ReadModel): void;
}

/** `remove` deletes what a build holds; `epochOf` tells that of its lease. */
export function memoryBuilds(
  remove: (model: ReadModel) => void,
  epochOf: (model: ReadModel) => number | undefined,
): MemoryBuilds {
  const byName = new Map<string, readonly Build[]>();
  const buildsOf = (name: string) => byName.get(name) ?? [];
  const change = (name: string, builds: readonly Build[] | undefined) => {
    if (builds) byName.set(name, builds);
    return builds !== undefined;
  };
  return {
    add(model) {
      change(model.name, withBuild(buildsOf(model.name), model));
    },

    list: async (name) => buildsOf(name),

    async switchTo(expected, next, epoch) {
      if (epoch !== undefined && epochOf(expected) !== epoch) return false;
      return change(next.name, withSwitch(buildsOf(next.name), expected, next));
    },

    async drop(model) {
      const builds = buildsOf(model.name);
      if (isLive(builds, model)) return false;
      change(model.name, withDrop(builds, model));
      remove(model);
      return true;
    },
  };
}

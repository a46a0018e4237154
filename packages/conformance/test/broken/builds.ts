/** Targets with a mistake each in how they keep builds apart, or switch between them. */
import type { Build, BuildStore, ReadModel, ReadModelStore } from "foldstream/port";
import { turn } from "../../src/eventually.ts";
import { broken, confusing, durableTarget } from "./breaking-targets.ts";

/** A target with other builds. */
function building(change: (builds: BuildStore, target: ReadModelStore) => Partial<BuildStore>) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    builds: { ...target.builds, ...change(target.builds, target) },
  });
}

const liveOf = (builds: readonly Build[]) => builds.find(({ state }) => state === "live")?.model as ReadModel;

export const brokenBuilds = [
  broken(
    "lists builds in the order in which they were prepared last",
    "G7 lists the builds that were prepared, by version, then build; the first of a name is live at once",
    building((builds) => ({ list: async (name) => (await builds.list(name)).toReversed() })),
  ),
  broken(
    "makes the build live that was prepared last",
    "G7 lists the builds that were prepared, by version, then build; the first of a name is live at once",
    ({ prepare, builds }) => ({
      async prepare(models) {
        await prepare(models);
        for (const model of models) await builds.switchTo(liveOf(await builds.list(model.name)), model);
      },
    }),
  ),
  broken(
    "forgets the search of a declaration",
    "G7 keeps what a build was declared as, also after it is reopened and prepared by others",
    building((builds) => ({
      list: async (name) =>
        (await builds.list(name)).map(({ model, state }) => ({ model: { ...model, search: [] }, state })),
    })),
  ),
  broken(
    "has one table for all builds of a version",
    "G7 holds builds of a version side by side, each with its own rows, search, facts, checkpoint and lease",
    confusing((model) => ({ ...model, build: 0 })),
  ),
  broken(
    "empties the build that it switches from",
    "G7 switches from the live build to another, and back, leaving the rows of both",
    building((builds) => ({
      async switchTo(expected, next, epoch) {
        if (!(await builds.switchTo(expected, next, epoch))) return false;
        await builds.drop(expected);
        return true;
      },
    })),
  ),
  broken(
    "switches whatever is live",
    "G7 switches only from the build that is live, and only to one that was prepared",
    building((builds) => ({
      switchTo: async (_, next, epoch) => builds.switchTo(liveOf(await builds.list(next.name)), next, epoch),
    })),
  ),
  broken(
    "switches whoever holds the lease",
    "G7 switches only while the lease of the live build is at the epoch that is named",
    building((builds) => ({ switchTo: (expected, next) => builds.switchTo(expected, next) })),
  ),
  broken(
    "switches to a build that it has never prepared",
    "G7 switches only from the build that is live, and only to one that was prepared",
    building((builds, { prepare }) => ({
      async switchTo(expected, next, epoch) {
        await prepare([next]);
        return builds.switchTo(expected, next, epoch);
      },
    })),
  ),
  broken(
    "compares the live build first and switches later",
    "G7 lets exactly one of many switches from the same build win",
    building((builds) => ({
      async switchTo(expected, next, epoch) {
        const before = liveOf(await builds.list(next.name));
        if (before.version !== expected.version || before.build !== (expected.build ?? 0)) return false;
        await turn();
        return builds.switchTo(liveOf(await builds.list(next.name)), next, epoch);
      },
    })),
  ),
  broken(
    "takes a build off the list and leaves its rows",
    "G7 drops a build with all it holds, for good, but never the live one",
    ({ builds }) => {
      const dropped = new Set<string>();
      return {
        builds: {
          ...builds,
          async list(name) {
            const found = await builds.list(name);
            return found.map((build) =>
              dropped.has(`${name} ${build.model.build}`) ? { ...build, state: "dropped" as const } : build,
            );
          },
          async drop(model) {
            const live = liveOf(await builds.list(model.name));
            if (live.build === (model.build ?? 0) && live.version === model.version) return false;
            dropped.add(`${model.name} ${model.build}`);
            return true;
          },
        },
      };
    },
  ),
  broken(
    "drops nothing of facts",
    "G7 drops the facts of a build",
    building((builds) => ({
      drop: async (model) => (model.kind === "facts" ? true : builds.drop(model)),
    })),
  ),
  broken(
    "leaves the lease as it is when it drops a build",
    "G7 takes no step of a worker whose build was dropped and made again meanwhile",
    ({ builds, leases }) => ({
      builds: {
        ...builds,
        async drop(model) {
          const [lease] = await leases.read([model]);
          const dropped = await builds.drop(model);
          const [ended] = await leases.read([model]);
          if (lease) await leases.replace(model, ended, lease);
          return dropped;
        },
      },
    }),
  ),
  {
    mistake: "keeps its builds in memory only",
    caughtBy: "G7 drops a build with all it holds, for good, but never the live one",
    open() {
      const target = durableTarget();
      const { builds } = durableTarget().readModels;
      return { ...target, reopen: async () => durableTarget({ ...target.readModels, builds }) };
    },
  },
];

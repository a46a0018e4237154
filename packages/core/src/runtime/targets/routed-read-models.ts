/** One store of read models over several: each is kept where its name says. */
import type { LeaseStore, ReadModel, ReadModelStore } from "../../port/read-model-store.ts";

type StoreOf = (model: Pick<ReadModel, "name">) => ReadModelStore;

/** `otherwise` holds what is not named. What only some targets have (SQL, derived indexes, documents with positions) is found by `targets.of`. */
export function routedReadModels(
  otherwise: ReadModelStore,
  named: ReadonlyMap<string, ReadModelStore>,
): ReadModelStore {
  const storeOf: StoreOf = ({ name }) => targetBelow(named.get(name) ?? otherwise, name);
  return {
    targets: { named: [...named.keys(), ...(otherwise.targets?.named ?? [])], of: storeOf },
    leases: routedLeases([otherwise, ...named.values()], storeOf),

    async prepare(models) {
      for (const [store, held] of byStore(models, storeOf)) await store.prepare(held);
    },

    checkpoint: (model, partition) => storeOf(model).checkpoint(model, partition),
    load: (model, keys) => storeOf(model).load(model, keys),
    write: (model, step) => storeOf(model).write(model, step),
    scan: (model, options) => storeOf(model).scan(model, options),
    reader: (model) => storeOf(model).reader(model),

    parking: {
      list: (model, page) => storeOf(model).parking.list(model, page),
      count: (model) => storeOf(model).parking.count(model),
      get: (model, stream) => storeOf(model).parking.get(model, stream),
      reached: (model, partition) => storeOf(model).parking.reached(model, partition),
    },

    builds: {
      list: (name) => storeOf({ name }).builds.list(name),
      switchTo: (expected, next, epoch) => storeOf(next).builds.switchTo(expected, next, epoch),
      drop: (model) => storeOf(model).builds.drop(model),
    },
  };
}

/** An engine that was given targets may be given more. */
function targetBelow(store: ReadModelStore, name: string): ReadModelStore {
  return store.targets?.of({ name }) ?? store;
}

function routedLeases(stores: readonly ReadModelStore[], storeOf: StoreOf): LeaseStore {
  return {
    takeOverAtStart: stores.every(({ leases }) => leases.takeOverAtStart),

    async read(models) {
      const groups = [...byStore(models, storeOf)].map(async ([{ leases }, held]) => {
        const found = await leases.read(held);
        return held.map((model, index) => [model, found[index]] as const);
      });
      const found = new Map((await Promise.all(groups)).flat());
      return models.map((model) => found.get(model));
    },

    replace: (model, expected, next) => storeOf(model).leases.replace(model, expected, next),
  };
}

function byStore(models: readonly ReadModel[], storeOf: StoreOf): Map<ReadModelStore, ReadModel[]> {
  return Map.groupBy(models, storeOf);
}

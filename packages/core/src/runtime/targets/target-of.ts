/** What the runtime asks about targets, whether there is one of them or several. */
import type { ReadModel, ReadModelStore, SqlReader } from "../../port/read-model-store.ts";
import { unknown } from "../catalog.ts";

/** The target that holds the read model. */
export function targetOf(store: ReadModelStore, model: Pick<ReadModel, "name">): ReadModelStore {
  return store.targets?.of(model) ?? store;
}

/** SQL over all of these read models; nothing when they are not in one target, or in one that speaks none. */
export function sqlOver(store: ReadModelStore, names: readonly string[]): SqlReader | undefined {
  if (!store.targets) return store.sql;
  const [target, ...others] = new Set(names.map((name) => targetOf(store, { name })));
  return others.length === 0 ? target?.sql : undefined;
}

/** @throws UnknownNameError when a projection is to be kept in a target of its own, and there is no such projection. */
export function checkTargets({ targets }: ReadModelStore, projections: readonly string[]): void {
  for (const name of targets?.named ?? []) if (!projections.includes(name)) unknown("projection", name, projections);
}

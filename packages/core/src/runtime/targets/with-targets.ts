/** Keeps some read models of an engine elsewhere. */
import type { Engine, Target } from "../../port/engine.ts";
import { routedReadModels } from "./routed-read-models.ts";

/**
 * The engine with the read models of the named projections in targets of their own, and all others where they were:
 * `withTargets(sqlite, { sales: duckDb })`. Each is prepared, written and read where it is; a query in SQL must find all that it
 * reads in one target. Moving a projection to another target builds it there from the log, and leaves the old copy to you.
 *
 * What else the engine can do, it still does. Closing it closes the targets, each once, then the engine. A runtime refuses names that its app has no projection of.
 */
export function withTargets<E extends Engine>(engine: E, targets: Readonly<Record<string, Target>>): E {
  const named = Object.entries(targets).map(([name, { readModels }]) => [name, readModels] as const);
  return {
    ...engine,
    readModels: routedReadModels(engine.readModels, new Map(named)),
    async close() {
      for (const target of new Set(Object.values(targets))) if (target !== engine) await target.close();
      await engine.close();
    },
  };
}

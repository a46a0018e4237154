/** Puts an engine together from two: the log of one, the read models of another. */
import type { Engine, Target } from "../port/engine.ts";

export interface EngineParts {
  /** Where events are appended and read. */
  readonly log: Engine;
  /** Where projections write and queries read. */
  readonly readModels: Target;
}

/** Closing it closes both, the read models first. */
export function combinedEngine({ log, readModels: target }: EngineParts): Engine {
  return {
    eventStore: log.eventStore,
    eventFeed: log.eventFeed,
    readModels: target.readModels,
    async close() {
      await target.close();
      await log.close();
    },
  };
}

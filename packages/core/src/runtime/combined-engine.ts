/** Puts an engine together from two: the log of one, the read models of another. */
import type { Engine, Target } from "../port/engine.ts";

export interface EngineParts<Log extends Engine = Engine> {
  /** Where events are appended and read. */
  readonly log: Log;
  /** Where projections write and queries read. */
  readonly readModels: Target;
}

/**
 * What else the engine of the log can do, such as record its feed, it does for the log. Closing it closes both, the read models first.
 */
export function combinedEngine<Log extends Engine>({ log, readModels: target }: EngineParts<Log>): Log {
  return {
    ...log,
    readModels: target.readModels,
    async close() {
      await target.close();
      await log.close();
    },
  };
}

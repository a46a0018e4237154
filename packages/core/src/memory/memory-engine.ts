/** A whole engine in memory: for tests, and as the reference for other engines. Nothing survives the process. */
import type { Engine } from "../port/engine.ts";
import { memoryEventFeed } from "./memory-event-feed.ts";
import { memoryEventStore } from "./memory-event-store.ts";
import { MemoryLog } from "./memory-log.ts";
import { memoryReadModels } from "./memory-read-models.ts";

export interface MemoryEngineOptions {
  /** Partitions of the feed. Default 1. */
  readonly partitions?: number;
  /** Whether runtimes on this engine share out its projections by leases. Default false: each runs all of them, as on one machine. */
  readonly leases?: boolean;
}

/** An engine whose store and feed share one log. */
export function memoryEngine({ partitions = 1, leases: leased = false }: MemoryEngineOptions = {}): Engine {
  const log = new MemoryLog(partitions);
  const { leases, ...readModels } = memoryReadModels();
  return {
    eventStore: memoryEventStore(log),
    eventFeed: memoryEventFeed(log),
    readModels: leased ? { ...readModels, leases } : readModels,
    close: async () => undefined,
  };
}

/** A whole engine in memory: for tests, and as the reference for other engines. Nothing survives the process. */
import type { Engine } from "../port/engine.ts";
import { memoryEventFeed } from "./memory-event-feed.ts";
import { memoryEventStore } from "./memory-event-store.ts";
import { MemoryLog } from "./memory-log.ts";
import { type MemoryReadModelsOptions, memoryReadModels } from "./memory-read-models.ts";

export interface MemoryEngineOptions extends MemoryReadModelsOptions {
  /** Partitions of the feed. Default 1. */
  readonly partitions?: number;
}

/** An engine whose store and feed share one log. */
export function memoryEngine({ partitions = 1, ...options }: MemoryEngineOptions = {}): Engine {
  const log = new MemoryLog(partitions);
  return {
    eventStore: memoryEventStore(log),
    eventFeed: memoryEventFeed(log),
    readModels: memoryReadModels(options),
    close: async () => undefined,
  };
}

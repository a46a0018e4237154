/** The reference adapters: everything in memory. */
export { type MemoryEngineOptions, memoryEngine } from "./memory-engine.ts";
export { type MemoryEnvironment, type MemoryEnvironmentOptions, memoryEnvironment } from "./memory-environment.ts";
export { memoryEventFeed } from "./memory-event-feed.ts";
export { memoryEventStore } from "./memory-event-store.ts";
export { MemoryLog } from "./memory-log.ts";
export { type MemoryReadModelsOptions, memoryReadModels } from "./memory-read-models.ts";
export { memoryReader } from "./memory-reader.ts";

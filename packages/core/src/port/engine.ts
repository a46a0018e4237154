/** Everything an application runs on, in one value: what `foldstream.config.ts` chooses. */
import type { EventFeed } from "./event-feed.ts";
import type { EventStore } from "./event-store.ts";
import type { ReadModelStore } from "./read-model-store.ts";

/** Somewhere that read models are kept. */
export interface Target {
  readonly readModels: ReadModelStore;
  /** Frees files and connections. What was accepted is finished first. */
  close(): Promise<void>;
}

export interface Engine extends Target {
  readonly eventStore: EventStore;
  readonly eventFeed: EventFeed;
}

/** Everything an application runs on, in one value: what `foldstream.config.ts` chooses. */
import type { EventFeed } from "./event-feed.ts";
import type { EventStore } from "./event-store.ts";
import type { ReadModelStore } from "./read-model-store.ts";

export interface Engine {
  readonly eventStore: EventStore;
  readonly eventFeed: EventFeed;
  readonly readModels: ReadModelStore;
  /** Frees files and connections. Appends that were accepted are finished first. */
  close(): Promise<void>;
}

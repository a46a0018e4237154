/** What executing commands needs. */
import type { Environment } from "../../port/environment.ts";
import type { EventStore } from "../../port/event-store.ts";
import type { Catalog } from "../catalog.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { Settings } from "../settings.ts";
import type { StreamStates } from "./stream-states.ts";

export interface CommandSide {
  readonly catalog: Catalog;
  readonly store: EventStore;
  readonly states: StreamStates;
  readonly environment: Environment;
  readonly settings: Settings;
  readonly observer: RuntimeObserver;
  /** Hands over work that no caller waits for, so that stopping can. */
  readonly background: (work: Promise<void>) => void;
}

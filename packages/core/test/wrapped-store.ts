/** Runtimes for the bank, on engines whose event store is watched or made to fail. */
import { createRuntime, type RuntimeOptions } from "../src/index.ts";
import type { Engine, EventStore } from "../src/port/index.ts";
import { bank, realEnvironment } from "./bank.ts";

export function runtimeOn(engine: Engine, options: Partial<RuntimeOptions> = {}) {
  return createRuntime(bank, { engine, environment: realEnvironment, ...options });
}

/** The engine with one method of its event store wrapped. */
export function withStore(engine: Engine, wrap: (store: EventStore) => Partial<EventStore>): Engine {
  const { eventStore } = engine;
  const bound: EventStore = {
    capabilities: eventStore.capabilities,
    append: (writes) => eventStore.append(writes),
    read: (stream, options) => eventStore.read(stream, options),
    receipts: (stream, ids) => eventStore.receipts(stream, ids),
    listReceipts: (options) => eventStore.listReceipts(options),
    readSnapshot: (stream) => eventStore.readSnapshot(stream),
    writeSnapshot: (stream, snapshot) => eventStore.writeSnapshot(stream, snapshot),
  };
  return { ...engine, eventStore: { ...bound, ...wrap(bound) } };
}

/** Runtimes for the bank, also on engines whose event store is watched or made to fail. */
import { createRuntime, type RuntimeOptions, type Settings } from "../src/index.ts";
import type { Engine, EventStore } from "../src/port/index.ts";
import { account, bank, realEnvironment } from "./bank.ts";

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

/** Steps and retries follow each other at once. */
export const quick: Partial<Settings> = { stepIntervalMs: 0, pollMs: 20, stepBackoffMs: 5 };

export function quickRuntimeOn(engine: Engine, settings: Partial<Settings> = quick) {
  return runtimeOn(engine, { settings });
}

/** Deposits a cent `count` times. Resolves to the token of the last deposit. */
export async function deposit(runtime: ReturnType<typeof runtimeOn>, id: string, count: number): Promise<string> {
  const outcomes = await Promise.all(
    Array.from({ length: count }, () => runtime.execute(account, id, "Deposit", { cents: 1 })),
  );
  const last = outcomes.at(-1);
  return last?.ok ? last.token : "";
}

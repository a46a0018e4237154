/** Ways to break an event store. */
import type { AppendResult, EventStore, StoredEvent, StreamWrite } from "foldstream/port";

const everything = { after: 0, limit: 1_000_000 };

export async function versionOf(store: EventStore, stream: string): Promise<number> {
  return (await store.read(stream, everything)).length;
}

/** The writes, each at the version that `choose` makes of the expected and the actual one. */
export function rebased(
  store: EventStore,
  writes: readonly StreamWrite[],
  choose: (expected: number, actual: number) => number,
) {
  return Promise.all(
    writes.map(async (write) => ({ ...write, expected: choose(write.expected, await versionOf(store, write.stream)) })),
  );
}

/** Appends whatever the versions are: what a store does that has checked them too early. */
export async function force(store: EventStore, writes: readonly StreamWrite[]): Promise<AppendResult> {
  for (;;) {
    const result = await store.append(await rebased(store, writes, (_, actual) => actual));
    if (result.ok || result.reason === "duplicate-command") return result;
  }
}

/** A store that notes in a cache which versions an append will lead to, and does not take it back when one is refused so. */
export function remembering(refusal: "duplicate-command" | "version-conflict") {
  return (store: EventStore): Partial<EventStore> => {
    const remembered = new Map<string, number>();
    return {
      async append(writes) {
        const [{ stream, expected, events }] = writes as [StreamWrite];
        const actual = remembered.get(stream) ?? expected;
        if (actual !== expected) return conflict(stream, actual);
        remembered.set(stream, expected + events.length);
        const result = await store.append(writes);
        if (!result.ok && result.reason !== refusal) remembered.delete(stream);
        return result;
      },
    };
  };
}

/** A store that changes what it appends. */
export function rewriting(change: (write: StreamWrite) => StreamWrite) {
  return (store: EventStore) => ({ append: (writes: readonly StreamWrite[]) => store.append(writes.map(change)) });
}

/** A store that changes the events it reads. */
export function reading(change: (event: StoredEvent) => StoredEvent) {
  return (store: EventStore): Partial<EventStore> => ({
    read: async (stream, options) => (await store.read(stream, options)).map(change),
  });
}

/** A store that changes its names before it uses them. */
export function renaming(rename: (stream: string) => string) {
  return (store: EventStore): Partial<EventStore> => ({
    append: (writes) => store.append(writes.map((write) => ({ ...write, stream: rename(write.stream) }))),
    read: (stream, options) => store.read(rename(stream), options),
    receipts: (stream, ids) => store.receipts(rename(stream), ids),
  });
}

export const conflict = (stream: string, actual: number): AppendResult => ({
  ok: false,
  reason: "version-conflict",
  stream,
  actual,
});

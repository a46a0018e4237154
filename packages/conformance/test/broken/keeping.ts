/** Event stores that do not give back what they were given. */
import type { StoredSnapshot } from "foldstream/port";
import { reading, rewriting } from "./breaking-stores.ts";
import { brokenStore, durableLog } from "./memory-log.ts";

export const brokenKeeping = [
  brokenStore(
    "parses JSON and writes it anew",
    "Port keeps JSON text as it is, byte for byte: spaces, order, numbers, escapes, four-byte characters, 200 KB",
    rewriting((write) => ({
      ...write,
      events: write.events.map((event) => ({ ...event, data: JSON.stringify(JSON.parse(event.data)) })),
    })),
  ),
  brokenStore(
    "turns backslashes into something else",
    "Port keeps any JSON text that fast-check thinks of",
    reading((event) => ({ ...event, data: event.data.replaceAll("\\", "/") })),
  ),
  brokenStore(
    "turns absent metadata into null",
    "Port keeps all metadata, and leaves absent what was absent",
    reading((event) => ({ ...event, metadata: { traceparent: null as unknown as string, ...event.metadata } })),
  ),
  brokenStore(
    "keeps times to the second",
    "Port gives events back whole: stream, version, type, schema version and time to the millisecond",
    reading((event) => ({ ...event, recordedAt: Math.floor(event.recordedAt / 1_000) * 1_000 })),
  ),
  brokenStore(
    "leaves out what it cannot store",
    'G9 refuses "counter-a\\u0000b" anywhere with invalid-event, names the field, and writes nothing',
    (store) => ({ append: (writes) => store.append(JSON.parse(JSON.stringify(writes).replaceAll("\\u0000", ""))) }),
  ),
  brokenStore(
    "writes half a surrogate pair as UTF-8 does",
    'G9 refuses "counter-\\ud800" anywhere with invalid-event, names the field, and writes nothing',
    (store) => ({
      append: (writes) => store.append(JSON.parse(JSON.stringify(writes).replaceAll("\\ud800", "\ufffd"))),
    }),
  ),
  brokenStore(
    "drops the event at the end of a full page",
    "G1 reads the same stream whatever the size of the pages",
    (store) => ({ read: (stream, { after, limit }) => store.read(stream, { after, limit: limit - 1 }) }),
  ),
  brokenStore(
    "reads from the start again once a reader is past the end",
    "Port reads nothing of an unknown stream, and nothing beyond the end of a known one",
    (store) => ({
      async read(stream, { after, limit }) {
        const events = await store.read(stream, { after, limit });
        return events.length > 0 ? events : store.read(stream, { after: 0, limit });
      },
    }),
  ),
  brokenStore(
    "keeps one snapshot for all streams",
    "Port has no snapshot until one is written, and keeps those of streams apart",
    (store) => ({
      readSnapshot: () => store.readSnapshot("any"),
      writeSnapshot: (_, snapshot) => store.writeSnapshot("any", snapshot),
    }),
  ),
  brokenStore(
    "never replaces a snapshot",
    "Port replaces an older snapshot, also one of the same version, and keeps its text as it is",
    (store) => ({
      async writeSnapshot(stream, snapshot) {
        if (!(await store.readSnapshot(stream))) await store.writeSnapshot(stream, snapshot);
      },
    }),
  ),
  brokenStore(
    "lets an older snapshot replace a newer one",
    "Port keeps the newer snapshot when an older one is written late",
    () => {
      const snapshots = new Map<string, StoredSnapshot>();
      return {
        readSnapshot: async (stream) => snapshots.get(stream),
        async writeSnapshot(stream, snapshot) {
          snapshots.set(stream, snapshot);
        },
      };
    },
  ),
  {
    mistake: "forgets everything when it is closed",
    caughtBy: "G10 has every event and snapshot again when it is reopened, and goes on from the same version",
    open: () => ({ ...durableLog(), reopen: async () => durableLog() }),
  },
  {
    mistake: "keeps its receipts in memory only",
    caughtBy: "G10 recognizes a repeated command after it is reopened",
    open() {
      const log = durableLog();
      const forget = rewriting((write) => ({ ...write, receipts: [] }));
      return { ...log, reopen: async () => ({ ...log, eventStore: { ...log.eventStore, ...forget(log.eventStore) } }) };
    },
  },
];

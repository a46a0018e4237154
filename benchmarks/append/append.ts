/** How fast does the event store append, beside inserts by the bare driver? */
import { nodeEnvironment } from "@foldstream/node";
import type { EventStore, StreamWrite } from "foldstream/port";
import { type BenchEngine, payload, placed } from "../engines/bench-engine.ts";
import type { Question, Run, Size, Subject } from "../question.ts";
import { timedBatches, timedClients } from "../timed.ts";

const clients = 64;
const { ids } = nodeEnvironment();

export const append: Question = {
  name: "append",
  about: "appends to the event store, with receipts, beside inserts into one table by the bare driver",
  engines: ["sqlite", "postgres"],
  subjects: (size, engine) => [
    ...concurrent(engine, size, "own stream each"),
    ...concurrent(engine, size, "a new stream each time"),
    ...sequential(engine, size),
    ...batches(engine, size),
  ],
};

function concurrent(
  engine: BenchEngine,
  { scale }: Size,
  kind: "own stream each" | "a new stream each time",
): Subject[] {
  const count = Math.ceil(64_000 * scale);
  const fresh = kind === "a new stream each time";
  const bareName = `bare: 100 inserts a transaction, ${kind}`;
  const bare = (perTransaction: number) =>
    bareInserts(engine, count, perTransaction, (index) =>
      fresh ? [index, 1] : [index % clients, 1 + Math.floor(index / clients)],
    );
  return [
    { name: bareName, bare: bareName, run: bare(100) },
    { name: `bare: ${clients} inserts a transaction, ${kind}`, bare: bareName, run: bare(clients) },
    {
      name: `${clients} clients, ${kind}`,
      bare: bareName,
      run: onStore(engine, (store) => {
        const versions = new Array<number>(clients).fill(0);
        return timedClients(count, clients, (index, client) => {
          const expected = fresh ? 0 : (versions[client] ?? 0);
          versions[client] = expected + 1;
          return appended(store, writeOf(`counter-${fresh ? index : client}`, expected, 1));
        });
      }),
    },
  ];
}

function sequential(engine: BenchEngine, { scale }: Size): Subject[] {
  const count = Math.ceil(8_000 * scale);
  const bare = "bare: 1 insert a transaction";
  return [
    { name: bare, bare, run: bareInserts(engine, count, 1, (index) => [index, 1]) },
    {
      name: "1 client, a new stream each time",
      bare,
      run: onStore(engine, (store) =>
        timedClients(count, 1, (index) => appended(store, writeOf(`counter-${index}`, 0, 1))),
      ),
    },
  ];
}

function batches(engine: BenchEngine, { scale }: Size): Subject[] {
  const perAppend = 100;
  const appends = Math.ceil(1_000 * scale);
  const bare = "bare: 100 inserts a transaction, one stream";
  const run = onStore(engine, async (store) => {
    const timed = await timedClients(appends, 1, (index) =>
      appended(store, writeOf("counter-1", index * perAppend, perAppend)),
    );
    return { ...timed, count: appends * perAppend };
  });
  return [
    { name: bare, bare, run: bareInserts(engine, appends * perAppend, perAppend, (index) => [1, index + 1]) },
    { name: "1 client, 100 events an append", bare, run },
  ];
}

function bareInserts(
  engine: BenchEngine,
  count: number,
  perTransaction: number,
  place: (index: number) => [stream: number, version: number],
): Subject["run"] {
  const eventAt = (index: number) => {
    const [stream, version] = place(index);
    return { stream: `counter-${stream}`, version, data: payload };
  };
  return placed(engine, async ({ bareLog }) => {
    const log = await bareLog();
    const run = await timedBatches(count, perTransaction, (first) => {
      const length = Math.min(perTransaction, count - first);
      return log.insert(Array.from({ length }, (_, index) => eventAt(first + index)));
    });
    await log.close();
    return run;
  });
}

function onStore(engine: BenchEngine, work: (store: EventStore) => Promise<Run>): Subject["run"] {
  return placed(engine, async (place) => {
    const { eventStore, close } = place.engine();
    const run = await work(eventStore);
    await close();
    return run;
  });
}

/** Makes a stream of that length. */
export async function filledLog(store: EventStore, stream: string, length: number, perAppend: number): Promise<void> {
  for (let first = 0; first < length; first += perAppend)
    await appended(store, writeOf(stream, first, Math.min(perAppend, length - first)));
}

function writeOf(stream: string, expected: number, events: number): StreamWrite {
  const commandId = ids.next();
  const event = () => ({
    type: "counter.Incremented",
    schemaVersion: 1,
    data: JSON.stringify(payload),
    recordedAt: Date.now(),
    metadata: { commandId, causationId: commandId, correlationId: commandId },
  });
  const receipt = { commandId, fingerprint: "0123456789abcdef", version: expected + events };
  return { stream, expected, events: Array.from({ length: events }, event), receipts: [receipt] };
}

async function appended(store: EventStore, write: StreamWrite): Promise<void> {
  const result = await store.append([write]);
  if (!result.ok) throw new Error(`an append was lost: ${result.reason}`);
}

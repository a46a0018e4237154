/** How fast does the event store append, beside inserts by the bare driver? */
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import type { EventStore, StreamWrite } from "foldstream/port";
import { BareLog, payload } from "../bare-log.ts";
import type { Question, Run, Size, Subject } from "../question.ts";
import { timedBatches, timedClients } from "../timed.ts";

const clients = 64;
const { ids } = nodeEnvironment();

export const append: Question = {
  name: "append",
  about: "appends to the event store, with receipts, beside inserts into one table by the bare driver",
  subjects: (size) => [
    ...concurrent(size, "own stream each"),
    ...concurrent(size, "a new stream each time"),
    ...sequential(size),
    ...batches(size),
  ],
};

function concurrent({ scale }: Size, kind: "own stream each" | "a new stream each time"): Subject[] {
  const count = Math.ceil(64_000 * scale);
  const fresh = kind === "a new stream each time";
  const bareName = `bare: 100 inserts a transaction, ${kind}`;
  const bare = (perTransaction: number) =>
    bareInserts(count, perTransaction, (index) =>
      fresh ? [index, 1] : [index % clients, 1 + Math.floor(index / clients)],
    );
  return [
    { name: bareName, bare: bareName, run: bare(100) },
    { name: `bare: ${clients} inserts a transaction, ${kind}`, bare: bareName, run: bare(clients) },
    {
      name: `${clients} clients, ${kind}`,
      bare: bareName,
      run: onStore((store) => {
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

function sequential({ scale }: Size): Subject[] {
  const count = Math.ceil(8_000 * scale);
  const bare = "bare: 1 insert a transaction";
  return [
    { name: bare, bare, run: bareInserts(count, 1, (index) => [index, 1]) },
    {
      name: "1 client, a new stream each time",
      bare,
      run: onStore((store) => timedClients(count, 1, (index) => appended(store, writeOf(`counter-${index}`, 0, 1)))),
    },
  ];
}

function batches({ scale }: Size): Subject[] {
  const perAppend = 100;
  const appends = Math.ceil(1_000 * scale);
  const bare = "bare: 100 inserts a transaction, one stream";
  const run = onStore(async (store) => {
    const timed = await timedClients(appends, 1, (index) =>
      appended(store, writeOf("counter-1", index * perAppend, perAppend)),
    );
    return { ...timed, count: appends * perAppend };
  });
  return [
    { name: bare, bare, run: bareInserts(appends * perAppend, perAppend, (index) => [1, index + 1]) },
    { name: "1 client, 100 events an append", bare, run },
  ];
}

function bareInserts(
  count: number,
  perTransaction: number,
  place: (index: number) => [stream: number, version: number],
): Subject["run"] {
  return async (folder) => {
    const log = new BareLog(folder);
    const insert = (index: number) => {
      const [stream, version] = place(index);
      log.insert(`counter-${stream}`, version);
    };
    const run = timedBatches(count, perTransaction, (first) =>
      log.transaction(() => {
        for (let index = first; index < Math.min(first + perTransaction, count); index++) insert(index);
      }),
    );
    log.close();
    return run;
  };
}

function onStore(work: (store: EventStore) => Promise<Run>): Subject["run"] {
  return async (folder) => {
    const engine = sqliteEngine({ path: join(folder, "log.db") });
    const run = await work(engine.eventStore);
    await engine.close();
    return run;
  };
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

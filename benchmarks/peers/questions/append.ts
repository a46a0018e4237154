/** Appends by the event store's own call: one by one, 64 at once, and 100 events a call. */
import type { BareEvent, BareLog } from "../../engines/bench-engine.ts";
import { timedBatches, timedClients } from "../../timed.ts";
import type { Bare } from "../libraries/bare.ts";
import { payload } from "../library.ts";
import type { Measured, PeerQuestion } from "../question.ts";

const clients = 64;
const perAppend = 100;
const hundred = Array.from({ length: perAppend }, () => payload);

export const sequential: PeerQuestion = {
  name: "sequential",
  about: "one client appends one event after the other, each to a new stream",
  engines: ["sqlite", "postgres", "dynamodb"],
  unit: "events",
  run: (library, { scale, seconds }) =>
    timedClients(Math.ceil(16_000 * scale), 1, (index) => library.append(String(index), 0, [payload]), seconds),
  bare: {
    about: "one insert a transaction",
    run: (bare, { scale, seconds }) =>
      withLog(bare, (log) =>
        timedClients(Math.ceil(16_000 * scale), 1, (index) => log.insert([eventOf(index, 1)]), seconds),
      ),
  },
};

export const concurrent: PeerQuestion = {
  name: "concurrent",
  about: `${clients} clients append one event at a time, each to its own stream`,
  engines: ["sqlite", "postgres", "dynamodb"],
  unit: "events",
  run: (library, { scale, seconds }) => {
    const versions = new Array<number>(clients).fill(0);
    const append = (_: number, client: number) => {
      const version = versions[client] ?? 0;
      versions[client] = version + 1;
      return library.append(String(client), version, [payload]);
    };
    return timedClients(Math.ceil(64_000 * scale), clients, append, seconds);
  },
  bare: {
    about: `${clients} inserts a transaction`,
    run: (bare, { scale, seconds }) =>
      withLog(bare, (log) => {
        const insert = (first: number) =>
          log.insert(Array.from({ length: clients }, (_, client) => eventOf(client, 1 + first / clients)));
        return timedBatches(Math.ceil(1_000 * scale) * clients, clients, insert, seconds);
      }),
  },
};

export const batches: PeerQuestion = {
  name: "batches",
  about: `one client appends ${perAppend} events a call to one stream`,
  engines: ["sqlite", "postgres", "dynamodb"],
  unit: "events",
  run: async (library, { scale, seconds }) => {
    const append = (first: number) => library.append("1", first, hundred);
    return timedBatches(Math.ceil(1_000 * scale) * perAppend, perAppend, append, seconds);
  },
  bare: {
    about: `${perAppend} inserts a transaction`,
    run: (bare, { scale, seconds }) =>
      withLog(bare, (log) => {
        const insert = (first: number) =>
          log.insert(Array.from({ length: perAppend }, (_, index) => eventOf(1, first + index + 1)));
        return timedBatches(Math.ceil(1_000 * scale) * perAppend, perAppend, insert, seconds);
      }),
  },
};

function eventOf(stream: number, version: number): BareEvent {
  return { stream: `counter-${stream}`, version, data: payload };
}

export async function withLog(bare: Bare, work: (log: BareLog) => Promise<Measured>): Promise<Measured> {
  const log = await bare.log();
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** G2, whichever way a command goes: stores may write the usual one by a shorter way than others. */
import type { AppendResult, EventStore, EventToAppend, ReceiptToAppend } from "foldstream/port";
import { expect } from "vitest";
import { incremented, receipt, write } from "../example.ts";
import { append, type LogCase, readStream } from "./log-case.ts";

const commandId = "once";

/** An event that names the command it comes from, as the runtime writes them. */
function eventOf(id: string): EventToAppend {
  return incremented(1, { metadata: { commandId: id, causationId: id, correlationId: id } });
}

const event = eventOf(commandId);
const other = eventOf("other");

/** One way of appending the command to a stream. */
interface Way {
  readonly name: string;
  /** Versions that its receipt tells, after the one expected. */
  readonly by: number;
  readonly take: (store: EventStore, stream: string, expected: number) => Promise<AppendResult>;
}

function alone(name: string, events: readonly EventToAppend[], by = events.length): Way {
  const take: Way["take"] = (store, stream, expected) =>
    store.append([write(stream, expected, events, [receipt(commandId, expected + by)])]);
  return { name, by, take };
}

/** With other commands of the stream, in one append. */
function among(name: string, events: readonly EventToAppend[], others: readonly ReceiptToAppend[]): Way {
  const take: Way["take"] = (store, stream, expected) => {
    const later = others.map(({ version, commandId: id }) => receipt(`${id} ${expected}`, expected + version));
    return store.append([write(stream, expected, events, [receipt(commandId, expected + 1), ...later])]);
  };
  return { name, by: 1, take };
}

const ways: readonly Way[] = [
  alone("with its event", [event]),
  alone("with three events", [event, event, event]),
  alone("without an event", []),
  alone("with an event after its receipt", [event, event], 1),
  among("before a command without an event", [event], [receipt("idle", 1)]),
  among("before another command", [event, other], [receipt("other", 2)]),
  {
    name: "at the same time as another append",
    by: 1,
    async take(store, stream, expected) {
      const own = write(stream, expected, [event], [receipt(commandId, expected + 1)]);
      const [result] = await Promise.all([own, write(`beside ${stream}`, 0)].map((one) => store.append([one])));
      return result as AppendResult;
    },
  },
  {
    name: "together with another stream",
    by: 1,
    take(store, stream, expected) {
      const streams = store.capabilities.streamsPerAppend > 1 ? [stream, `${stream} too`] : [stream];
      return store.append(streams.map((one) => write(one, expected, [event], [receipt(commandId, expected + 1)])));
    },
  },
];

export const repeats: readonly LogCase[] = [
  {
    defends: "G2",
    title: "recognizes a repeat in whichever way the command was written, and in whichever it comes again",
    async run({ eventStore }) {
      for (const [row, first] of ways.entries())
        for (const [column, again] of ways.entries()) {
          const pair = `written ${first.name}, again ${again.name}`;
          const stream = `counter-${row}-${column}`;
          // A store may be on its guard after a repeat. This is none.
          await append(eventStore, write(`before ${stream}`, 0));
          const written = await first.take(eventStore, stream, 0);
          const events = await readStream(eventStore, stream);

          const result = await again.take(eventStore, stream, events.length);

          expect(written, pair).toMatchObject({ ok: true });
          const { token } = written as { readonly token: string };
          expect(result, pair).toMatchObject({ ok: false, reason: "duplicate-command" });
          const kept = { ...receipt(commandId, first.by), stream, token };
          expect((result as { readonly receipts: unknown }).receipts, pair).toContainEqual(kept);
          expect(await readStream(eventStore, stream), pair).toEqual(events);
        }
    },
  },
];

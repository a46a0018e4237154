/** Text that not every engine can keep is refused by all of them. */
import { isFoldstreamError } from "foldstream";
import type { StreamWrite } from "foldstream/port";
import { expect } from "vitest";
import { incremented, receipt, write } from "../example.ts";
import { append, type LogCase, readStream } from "./log-case.ts";

const stream = "counter-1";
const ids = { commandId: "a", causationId: "b", correlationId: "c" };
const metadata = (change: object) => write(stream, 0, [incremented(1, { metadata: { ...ids, ...change } })]);

/** Each with the field that the refusal names. */
const refused = (text: string): readonly (readonly [field: string, write: StreamWrite])[] => [
  ["name of a stream", write(text, 0)],
  ["type of an event", write(stream, 0, [incremented(), incremented(2, { type: text })])],
  ["data of an event", write(stream, 0, [incremented(1, { data: `"${text}"` })])],
  ["id of a command", metadata({ commandId: text })],
  ["causation id of an event", metadata({ causationId: text })],
  ["correlation id of an event", metadata({ correlationId: text })],
  ["traceparent of an event", metadata({ traceparent: text })],
  ["id of a command", write(stream, 0, [incremented()], [receipt("a", 1), receipt(text, 1)])],
  ["fingerprint of a command", write(stream, 0, [], [{ ...receipt("a", 0), fingerprint: text }])],
];

export const unkeptText: readonly LogCase[] = ["counter-a\0b", "counter-\ud800"].map((text) => ({
  defends: "G9",
  title: `refuses ${JSON.stringify(text)} anywhere with invalid-event, names the field, and writes nothing`,
  async run({ eventStore }) {
    for (const [field, unkept] of refused(text)) {
      const failure = await eventStore.append([unkept]).catch((error: unknown) => error);

      expect(isFoldstreamError(failure) && failure.code, field).toBe("invalid-event");
      expect((failure as Error).message).toContain(field);
      expect((failure as Error).message).not.toContain(text);
    }
    expect((await eventStore.listReceipts({ limit: 10 })).receipts).toEqual([]);
    await append(eventStore, write(stream, 0));
    expect(await readStream(eventStore, stream)).toHaveLength(1);
  },
}));

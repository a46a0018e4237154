/** What is appended is what is read, to the byte. */
import * as fc from "fast-check";
import type { EventMetadata } from "foldstream";
import { expect } from "vitest";
import { incremented, write } from "../example.ts";
import { append, dataOf, type LogCase, readStream } from "./log-case.ts";

/** JSON that an adapter changes when it parses it, normalizes it, escapes it badly or counts its bytes. */
const awkward: readonly string[] = [
  '{"spaces" :  [1,\t2 ],\n"order":1,"again":1,"again":2}',
  '{"big":12345678901234567890,"small":1e-400,"exact":1.10,"negative":-0,"exponent":1E+2}',
  '"\\u0000 \\ud800 \\u00e9 \\/ \\\\ \\" \\n"',
  `"é e\u0301 ß 漢字 𝒳 👩‍👩‍👧 \u2028 \u2029 \ufeff"`,
  `"it's; DROP TABLE events; -- $1 ? :name %s"`,
  "null",
  "[]",
  '""',
  `${"[".repeat(500)}${"]".repeat(500)}`,
  JSON.stringify({ text: "é👍x".repeat(30_000) }),
];

const fullMetadata: EventMetadata = {
  commandId: "command-é-👍",
  causationId: "counter-1@7",
  correlationId: "correlation 'quoted'",
  principal: { id: "auth0|ádám", roles: ["admin", "with, comma", ""] },
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
};

const ids = { commandId: "a", causationId: "b", correlationId: "c" };

export const fidelity: readonly LogCase[] = [
  {
    defends: "Port",
    title: "keeps JSON text as it is, byte for byte: spaces, order, numbers, escapes, four-byte characters, 200 KB",
    async run({ eventStore }) {
      await append(
        eventStore,
        write(
          "counter-1",
          0,
          awkward.map((data) => incremented(1, { data })),
        ),
      );

      expect(dataOf(await readStream(eventStore, "counter-1"))).toEqual(awkward);
    },
  },
  {
    defends: "Port",
    title: "keeps any JSON text that fast-check thinks of",
    async run({ eventStore }) {
      let stream = 0;
      const texts = fc.array(fc.json(), { minLength: 1, maxLength: 20 });

      await fc.assert(
        fc.asyncProperty(texts, async (written) => {
          const name = `counter-${++stream}`;
          await append(
            eventStore,
            write(
              name,
              0,
              written.map((data) => incremented(1, { data })),
            ),
          );
          expect(dataOf(await readStream(eventStore, name))).toEqual(written);
        }),
        { numRuns: 40 },
      );
    },
  },
  {
    defends: "Port",
    title: "keeps all metadata, and leaves absent what was absent",
    async run({ eventStore }) {
      const all: EventMetadata[] = [
        fullMetadata,
        ids,
        { ...ids, principal: { id: "no roles" } },
        { ...ids, principal: { id: "empty roles", roles: [] } },
        { ...ids, traceparent: "00-0-0-00" },
      ];

      await append(
        eventStore,
        write(
          "counter-1",
          0,
          all.map((metadata) => incremented(1, { metadata })),
        ),
      );

      const events = await readStream(eventStore, "counter-1");
      expect(events.map(({ metadata }) => metadata)).toStrictEqual(all);
    },
  },
  {
    defends: "Port",
    title: "gives events back whole: stream, version, type, schema version and time to the millisecond",
    async run({ eventStore }) {
      const stream = "reservation-ünï 👍/?#%20";
      const event = incremented(1, { type: "reservation.Plätze", schemaVersion: 12, recordedAt: 1_763_751_845_001 });
      const oldest = incremented(2, { recordedAt: 0 });

      await append(eventStore, write(stream, 0, [event, oldest]));

      expect(await readStream(eventStore, stream)).toStrictEqual([
        { ...event, stream, version: 1 },
        { ...oldest, stream, version: 2 },
      ]);
    },
  },
];

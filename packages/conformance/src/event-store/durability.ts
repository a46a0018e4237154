/** G10: what was accepted is there again after the storage has been closed and opened. */
import { expect } from "vitest";
import { incremented, receipt, write } from "../example.ts";
import { append, type LogCase, readStream, versionsOf } from "./log-case.ts";

export const durability: readonly LogCase[] = [
  {
    defends: "G10",
    title: "has every event and snapshot again when it is reopened, and goes on from the same version",
    async run({ eventStore }, { reopen }) {
      await append(eventStore, write("counter-1", 0, [incremented(1), incremented(2)]));
      await eventStore.writeSnapshot("counter-1", { version: 2, schemaVersion: 1, state: "{}" });
      const before = await readStream(eventStore, "counter-1");

      const again = (await reopen()).eventStore;

      expect(await readStream(again, "counter-1")).toStrictEqual(before);
      expect(await again.readSnapshot("counter-1")).toEqual({ version: 2, schemaVersion: 1, state: "{}" });
      expect(await again.append([write("counter-1", 0)])).toMatchObject({
        ok: false,
        reason: "version-conflict",
        actual: 2,
      });
      await append(again, write("counter-1", 2));
      expect(versionsOf(await readStream(again, "counter-1"))).toEqual([1, 2, 3]);
    },
  },
  {
    defends: "G10",
    title: "recognizes a repeated command after it is reopened",
    async run({ eventStore }, { reopen }) {
      const token = await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      const again = (await reopen()).eventStore;

      const result = await again.append([write("counter-1", 1, [incremented(1)], [receipt("once", 2)])]);
      const first = { ...receipt("once", 1), stream: "counter-1", token };
      expect(result).toEqual({ ok: false, reason: "duplicate-command", receipts: [first] });
    },
  },
];

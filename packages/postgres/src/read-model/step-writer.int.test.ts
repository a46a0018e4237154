import { randomBytes } from "node:crypto";
import type { Lease } from "foldstream/port";
import { describe, expect, it } from "vitest";
import {
  type Kept,
  keepReadModels,
  order,
  orders,
  put,
  transactionAside,
  untilWaiting,
  visits,
} from "../../test/read-model.ts";

const first: Lease = { epoch: 1, holder: "worker a", beat: 1 };
const second: Lease = { epoch: 2, holder: "worker b", beat: 1 };

/** Orders with the first lease taken and a row at checkpoint 1. */
async function leasedOrders(): Promise<Kept> {
  const kept = await keepReadModels();
  await kept.readModels.prepare([orders]);
  await kept.readModels.leases?.replace(orders, undefined, first);
  await put(kept, orders, { a: order() }, 1);
  return kept;
}

const changes = { a: order({ cents: 1 }), b: order() };
const written = [
  { id: "a", ...order({ cents: 1 }) },
  { id: "b", ...order() },
];
const unchanged = [{ id: "a", ...order() }];

describe("a step under a lease", () => {
  it("G4 is written before a takeover that comes while it is in flight, and the next one is refused", async () => {
    const kept = await leasedOrders();
    const { reader, leases } = kept.readModels;
    const aside = await transactionAside(kept);
    await aside.query("SELECT FROM foldstream_checkpoints FOR UPDATE");

    const step = put(kept, orders, changes, 1);
    await untilWaiting(kept, 1);
    const takenOver = leases
      ?.replace(orders, first, second)
      .then(async (won) => ({ won, rows: await reader(orders).find() }));
    await untilWaiting(kept, 2);
    await aside.query("COMMIT");

    expect(await step).toEqual({ ok: true });
    expect(await takenOver).toEqual({ won: true, rows: written });
    expect(await put(kept, orders, { a: null }, 1)).toEqual({ ok: false, reason: "lease-lost" });
    expect(await reader(orders).find()).toEqual(written);
  });

  it.each([
    ["COMMIT", { ok: false, reason: "lease-lost" }, unchanged],
    ["ROLLBACK", { ok: true }, written],
  ])("G4 waits for a takeover in flight, whether that ends with %s", async (end, result, rows) => {
    const kept = await leasedOrders();
    const aside = await transactionAside(kept);
    await aside.query("UPDATE foldstream_leases SET epoch = 2, holder = 'worker b'");

    const step = put(kept, orders, changes, 1);
    await untilWaiting(kept, 1);
    await aside.query(end);

    expect(await step).toEqual(result);
    expect(await kept.readModels.reader(orders).find()).toEqual(rows);
  });
});

describe("a step at a checkpoint that another one is moving", () => {
  it.each([
    ["COMMIT", { ok: false, reason: "checkpoint-moved", actual: 5 }, unchanged],
    ["ROLLBACK", { ok: true }, written],
  ])("G4 waits, and is written or not as that one ends with %s", async (end, result, rows) => {
    const kept = await leasedOrders();
    const aside = await transactionAside(kept);
    await aside.query("UPDATE foldstream_checkpoints SET position = 5");

    const step = put(kept, orders, changes);
    await untilWaiting(kept, 1);
    await aside.query(end);

    expect(await step).toEqual(result);
    expect(await kept.readModels.reader(orders).find()).toEqual(rows);
  });

  it.each([
    ["COMMIT", { ok: false, reason: "checkpoint-moved", actual: 5 }, 0],
    ["ROLLBACK", { ok: true }, 1],
  ])("G4 waits also for the very first one, which ends with %s", async (end, result, count) => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([visits]);
    const aside = await transactionAside(kept);
    await aside.query("INSERT INTO foldstream_checkpoints VALUES ('visits', 1, 0, '0', 5)");

    const facts = [{ position: 1, index: 0, row: { page: "/", at: "2025-11-21T19:04:05.678Z" } }];
    const step = kept.readModels.write(visits, { partition: "0", expected: 0, next: 1, rows: [], facts });
    await untilWaiting(kept, 1);
    await aside.query(end);

    expect(await step).toEqual(result);
    expect(await kept.readModels.reader(visits).count()).toBe(count);
  });
});

it("takes steps of several partitions that share rows, in whatever order they name them", async () => {
  const kept = await keepReadModels();
  await kept.readModels.prepare([orders]);
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
  const stepsOf = async (partition: string, named: readonly string[]) => {
    for (let expected = 0; expected < 20; expected++) {
      const rows = named.map((key) => ({ key, row: order() }));
      const result = await kept.readModels.write(orders, { partition, expected, next: expected + 1, rows, facts: [] });
      expect(result).toEqual({ ok: true });
    }
  };

  await Promise.all([stepsOf("0", keys), stepsOf("1", keys.toReversed()), stepsOf("2", keys)]);

  expect(await kept.readModels.reader(orders).count()).toBe(200);
});

describe("what PostgreSQL cannot store", () => {
  const incompressible = randomBytes(6_000).toString("base64");
  const refused: readonly (readonly [string, string, Readonly<Record<string, unknown>>, string])[] = [
    ["U+0000 in text", "k", { customer: "a\0b" }, "customer"],
    ["U+0000 in a key", "k\0", {}, "id"],
    ["U+0000 in JSON", "k", { details: { deep: ["a\0b"] } }, "details"],
    ["U+0000 in a name in JSON", "k", { details: { "\0": 1 } }, "details"],
    ["U+0000 after a backslash in JSON", "k", { details: "\\\0" }, "details"],
    ["an unpaired surrogate in text", "k", { note: "a\ud83d" }, "note"],
    ["an unpaired surrogate in a key", "k\udc00", {}, "id"],
    ["an unpaired surrogate in JSON", "k", { details: "\udc4d\ud83d" }, "details"],
    ["a 13th month", "k", { placedAt: "2025-13-01T00:00:00.000Z" }, "placedAt"],
    ["the 30th of February", "k", { placedAt: "2024-02-30T00:00:00.000Z" }, "placedAt"],
    ["the 29th of February of a common year", "k", { placedAt: "2025-02-29T00:00:00.000Z" }, "placedAt"],
    ["a 25th hour", "k", { placedAt: "2025-11-21T24:00:00.000Z" }, "placedAt"],
    ["a leap second", "k", { placedAt: "2016-12-31T23:59:60.000Z" }, "placedAt"],
    ["the year 0", "k", { placedAt: "0000-01-01T00:00:00.000Z" }, "placedAt"],
    ["text that is too long for its index", "k", { note: incompressible }, "note"],
    ["a key that is too long for its index", incompressible, {}, "id"],
  ];

  it.each(refused)(
    "is an invalid row, named, and nothing of its step is written: %s",
    async (_, key, change, column) => {
      const kept = await leasedOrders();

      const error = await put(kept, orders, { a: null, [key]: order(change) }).catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: "invalid-row" });
      for (const name of ["orders", `key "${key.slice(0, 100)}`, `column "${column}"`])
        expect((error as Error).message).toContain(name);
      expect((error as Error).message.length).toBeLessThan(400);
      expect(await kept.readModels.checkpoint(orders, "0")).toBe(1);
      expect(await kept.readModels.reader(orders).find()).toEqual(unchanged);
    },
  );

  it("is no key that could be found or deleted", async () => {
    const kept = await leasedOrders();
    const keys = ["a\0", "\ud83d", "a"];

    expect(await put(kept, orders, { "a\0": null, "\udc4d": null })).toEqual({ ok: true });
    expect([...(await kept.readModels.load(orders, keys)).keys()]).toEqual(["a"]);
    expect(await kept.readModels.load(orders, ["\0"])).toEqual(new Map());
    for (const key of keys.slice(0, 2)) expect(await kept.readModels.reader(orders).get(key)).toBeUndefined();
  });

  it("is not what only looks like it", async () => {
    const kept = await leasedOrders();
    const rows = {
      backslash: order({ customer: "\\u0000", note: '{"NULL",\\', details: { "\\u0000": "\\\\u0000 \\ud83d 👍" } }),
      null: order({ customer: "NULL", note: "", details: "NULL" }),
      first: order({ placedAt: "0001-01-01T00:00:00.000Z", details: [null, "{}", '"'] }),
      leap: order({ placedAt: "2024-02-29T23:59:59.999Z" }),
      last: order({ placedAt: "9999-12-31T23:59:59.999Z" }),
    };

    await put(kept, orders, rows);

    const expected = Object.entries(rows).map(([id, row]) => [id, { id, ...row }] as const);
    expect(await kept.readModels.load(orders, Object.keys(rows))).toEqual(new Map(expected));
  });
});

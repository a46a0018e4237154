import { setImmediate as turn } from "node:timers/promises";
import { isFoldstreamError } from "foldstream";
import { describe, expect, it } from "vitest";
import { added, adding, wholeFeed } from "../../../../tests/engines/log.ts";
import { asAdministrator, connectAside, freshSchema, openEngine } from "../../test/postgres-server.ts";

describe("appends that are asked for together", () => {
  it("have an outcome each: the losers do not touch the winners", async () => {
    const { eventStore, eventFeed } = await openEngine();
    await eventStore.append([adding("sum-1", 0, "command-1")]);

    const results = await Promise.all([
      eventStore.append([adding("sum-2", 0, "command-2")]),
      eventStore.append([adding("sum-1", 0, "late")]),
      eventStore.append([adding("sum-3", 0, "command-3"), adding("sum-4", 7, "command-3")]),
      eventStore.append([adding("sum-1", 1, "command-1")]),
      eventStore.append([adding("sum-5", 0, "command-4")]),
      eventStore.append([adding("sum-5", 1, "command-5"), adding("sum-6", 0, "command-5")]),
      eventStore.append([adding("sum-2", 0, "command-2")]),
    ]);

    expect(results.map((result) => (result.ok ? "ok" : result.reason))).toEqual([
      "ok",
      "version-conflict",
      "version-conflict",
      "duplicate-command",
      "ok",
      "ok",
      "duplicate-command",
    ]);
    const log = await wholeFeed(eventFeed);
    expect(log.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
    expect(log.map(({ stream, version }) => `${stream}@${version}`).sort()).toEqual(
      ["sum-1@1", "sum-2@1", "sum-5@1", "sum-5@2", "sum-6@1"].sort(),
    );
    expect(await eventStore.receipts("sum-3", ["command-3"])).toEqual([]);
  });

  it("leave no gap where losers stood between winners, and every receipt leads past its events", async () => {
    const { eventStore, eventFeed } = await openEngine();
    const three = (stream: string, expected: number) => ({
      ...adding(stream, expected, `of ${stream}`),
      events: [added(1), added(2), added(3)],
    });

    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => eventStore.append([three(`sum-${n}`, n % 3 === 1 ? 9 : 0)])),
    );

    expect(results.filter(({ ok }) => !ok)).toHaveLength(10);
    const log = await wholeFeed(eventFeed);
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
    expect(log).toHaveLength(60);
    for (const [n, result] of results.entries()) {
      const [receipt] = await eventStore.receipts(`sum-${n}`, [`of sum-${n}`]);
      expect(receipt?.token).toBe(result.ok ? result.token : undefined);
      const [point] = result.ok ? ((await eventFeed.locate(result.token)) ?? []) : [];
      const own = log.filter(({ stream }) => stream === `sum-${n}`);
      expect(own.every(({ position }) => position <= (point?.position ?? 0))).toBe(true);
    }
  });

  it("share round trips: far fewer transactions than appends", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-0", 0, "first")]);
    const before = await transactionsOf(schema);

    await Promise.all(Array.from({ length: 900 }, (_, n) => eventStore.append([adding(`sum-${n + 1}`, 0, `c${n}`)])));

    expect((await transactionsOf(schema)).size - before.size).toBeLessThan(10);
  });

  it("to the same stream are written in the order in which they were asked for", async () => {
    const { eventStore } = await openEngine();

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => eventStore.append([adding("sum-1", n, `c${n}`, n)])),
    );

    expect(results.every(({ ok }) => ok)).toBe(true);
    const events = await eventStore.read("sum-1", { after: 0, limit: 100 });
    expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, (_, n) => JSON.stringify({ by: n })));
  });
});

/** Which transactions wrote the events. */
async function transactionsOf(schema: string): Promise<Set<unknown>> {
  return new Set(
    (await asAdministrator(`SELECT DISTINCT xmin::text AS id FROM "${schema}".foldstream_events`)).map(({ id }) => id),
  );
}

describe("a server that took over without the last commits", () => {
  it.each([1, 2])("is not taken to have what this process has appended: %i streams at once", async (streams) => {
    const schema = freshSchema();
    const { eventStore, eventFeed } = await openEngine({ schema });
    const names = Array.from({ length: streams }, (_, n) => `sum-${n}`);
    const appendAll = (expected: number) =>
      Promise.all(names.map((name) => eventStore.append([adding(name, expected, `${name} ${expected}`)])));
    for (const version of [0, 1, 2]) await appendAll(version);
    await asAdministrator(`DELETE FROM "${schema}".foldstream_events WHERE position > ${streams}`);
    await asAdministrator(`DELETE FROM "${schema}".foldstream_receipts WHERE position > ${streams}`);
    // Others go on there, as far as the log was before.
    const beside = await openEngine({ schema });
    for (let n = 0; n < 2 * streams; n++) await beside.eventStore.append([adding("other", n, `other ${n}`)]);

    const results = await appendAll(3);
    const again = await appendAll(1);

    expect(results).toEqual(names.map((stream) => ({ ok: false, reason: "version-conflict", stream, actual: 1 })));
    expect(again.every(({ ok }) => ok)).toBe(true);
    const versions = (await wholeFeed(eventFeed))
      .filter(({ stream }) => stream === "sum-0")
      .map(({ version }) => version);
    expect(versions).toEqual([1, 2]);
  });
});

describe("an append that the server refuses", () => {
  it("fails alone", async () => {
    const { eventStore, eventFeed } = await openEngine();
    const broken = { ...added(1), schemaVersion: 3_000_000_000 };

    const results = await Promise.allSettled([
      eventStore.append([adding("sum-1", 0, "command-1")]),
      eventStore.append([{ stream: "sum-2", expected: 0, events: [broken], receipts: [] }]),
      eventStore.append([adding("sum-3", 0, "command-3")]),
    ]);

    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await wholeFeed(eventFeed)).map(({ stream }) => stream)).toEqual(["sum-1", "sum-3"]);
  });

  it.each([
    ["U+0000 in the name of its stream", { stream: "sum-\0" }],
    ["half a surrogate pair in the name of its stream", { stream: "sum-\ud800" }],
    ["U+0000 in its data", { events: [{ ...added(1), data: '"\0"' }] }],
    ["U+0000 in the id of its command", { receipts: [{ commandId: "\0", fingerprint: "", version: 1 }] }],
  ])("is named before anything is sent: %s", async (_, change) => {
    const { eventStore, eventFeed } = await openEngine();

    const failure = await eventStore
      .append([{ ...adding("sum-1", 0, "c"), ...change }])
      .catch((error: unknown) => error);

    expect(isFoldstreamError(failure) && failure.code).toBe("invalid-event");
    expect(await eventFeed.head("0")).toBe(0);
  });
});

describe("a connection that is lost in flight", () => {
  it("leaves the outcome open, which the receipt tells on retry", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const beside = await connectAside();
    await beside.query("BEGIN");
    await beside.query(`SELECT pg_advisory_xact_lock(hashtextextended('foldstream append to ${schema}', 0))`);

    const lost = eventStore.append([adding("sum-1", 1, "command-2")]);
    const failure = expect(lost).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringContaining("receipts"),
    });
    while ((await waiting(beside)).length === 0) await turn();
    for (const { pid } of await waiting(beside)) await beside.query("SELECT pg_terminate_backend($1)", [pid]);
    await failure;
    await beside.end();

    expect(await eventStore.append([adding("sum-1", 1, "command-2")])).toMatchObject({ ok: true });
  });
});

async function waiting(beside: Awaited<ReturnType<typeof connectAside>>): Promise<{ pid: number }[]> {
  const { rows } = await beside.query(
    "SELECT l.pid FROM pg_locks l JOIN pg_locks mine USING (classid, objid, objsubid) WHERE l.locktype = 'advisory' AND NOT l.granted AND mine.pid = pg_backend_pid()",
  );
  return rows;
}

describe("a closed engine", () => {
  it("has written what it accepted before, and accepts no more", async () => {
    const schema = freshSchema();
    const engine = await openEngine({ schema });

    const accepted = Array.from({ length: 50 }, (_, n) => engine.eventStore.append([adding(`sum-${n}`, 0, `c${n}`)]));
    await engine.close();

    expect((await Promise.all(accepted)).every(({ ok }) => ok)).toBe(true);
    await expect(engine.eventStore.append([adding("sum-x", 0, "late")])).rejects.toMatchObject({ code: "stopped" });
    expect(await (await openEngine({ schema })).eventFeed.head("0")).toBe(50);
  });
});

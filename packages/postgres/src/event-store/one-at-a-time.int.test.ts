import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { EventFeed, FedEvent } from "foldstream/port";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { expectGapless } from "../../../../tests/engines/after-a-kill.ts";
import { adding, wholeFeed } from "../../../../tests/engines/log.ts";
import { spawnWriter } from "../../../../tests/engines/spawn-writer.ts";
import { connectAside, connectionString, freshSchema, openEngine, writerProcess } from "../../test/postgres-server.ts";

/** Follows the feed as a projection does, until `finished` and nothing is left. */
async function follow(feed: EventFeed, finished: () => boolean): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  for (;;) {
    const last = finished();
    const page = await feed.read("0", events.at(-1)?.position ?? 0, 50);
    if (last && page.events.length === 0) return events;
    events.push(...page.events);
  }
}

/** How many sessions wait for a lock that this one holds. */
async function waitingFor(holder: pg.Client): Promise<number> {
  const { rows } = await holder.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))",
  );
  return rows[0].count;
}

/** What another program may do: append in a transaction of its own, and take its time. */
async function appendAside(schema: string, stream: string) {
  const client = await connectAside();
  await client.query("BEGIN");
  await client.query(
    `SELECT "${schema}".append_all(NULL, NULL, NULL, '{}', '{}', '{}', '{}', ARRAY[$1], '{1}', '{t}', '{1}', '{"null"}', '{0}', '{c}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{}', '{}', '{}', '{}', '{}')`,
    [stream],
  );
  return client;
}

describe("G3 a reader", () => {
  it("misses nothing that 32 writers in 8 processes append, while others give up what they appended", async () => {
    const schema = freshSchema();
    const { eventFeed } = await openEngine({ schema });
    await eventFeed.head("0");
    const url = await connectionString();
    const writers = Array.from({ length: 8 }, (_, n) => spawnWriter(writerProcess, [url, schema, `w${n}`, n + 1, 100]));
    let finished = false;
    const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => {
      finished = true;
    });
    const giveUp = async (): Promise<number> => {
      let times = 0;
      for (; !finished; times++) {
        const client = await appendAside(schema, `given up ${times}`);
        await client.query("ROLLBACK");
        await client.end();
      }
      return times;
    };

    const [first, second, times] = await Promise.all([
      follow(eventFeed, () => finished),
      follow((await openEngine({ schema })).eventFeed, () => finished),
      giveUp(),
    ]);

    expect((await ended).map(({ code }) => code)).toEqual(writers.map(() => 0));
    const log = await wholeFeed(eventFeed);
    expectGapless(log);
    expect(log).toHaveLength(800);
    expect(first).toEqual(log);
    expect(second).toEqual(log);
    expect(times).toBeGreaterThan(0);
  });
});

describe("a transaction that has appended and does not end", () => {
  it("holds others up, who tell which session it is and go on as soon as it ends", async () => {
    const schema = freshSchema();
    const { eventStore, eventFeed } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const stuck = await appendAside(schema, "stuck");
    const { rows } = await stuck.query("SELECT pg_backend_pid() AS pid");

    const failure = await eventStore.append([adding("sum-1", 1, "command-2")]).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "store-failure" });
    expect(String(failure)).toMatch(
      new RegExp(
        `pid ${rows[0].pid} .*application "beside".*idle in transaction.*since 20\\d\\d-.*Z.*pg_terminate_backend`,
      ),
    );
    expect(await eventFeed.head("0")).toBe(1);
    const late = eventStore.append([adding("sum-1", 1, "command-2")]);
    await sleep(50);
    await stuck.query("COMMIT");
    expect(await late).toMatchObject({ ok: true });
    await stuck.end();
    expect((await wholeFeed(eventFeed)).map(({ stream }) => stream)).toEqual(["sum-1", "stuck", "sum-1"]);
  });

  it("leaves nothing behind when its session is terminated", async () => {
    const schema = freshSchema();
    const { eventStore, eventFeed } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const stuck = await appendAside(schema, "stuck");
    const { rows } = await stuck.query("SELECT pg_backend_pid() AS pid");

    const late = eventStore.append([adding("sum-1", 1, "command-2")]);
    const beside = await connectAside();
    await beside.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);

    expect(await late).toMatchObject({ ok: true });
    await beside.end();
    expect((await wholeFeed(eventFeed)).map(({ position, stream }) => `${position} ${stream}`)).toEqual([
      "1 sum-1",
      "2 sum-1",
    ]);
  });
});

describe("engines that append one event after the other, at the same time", () => {
  it("lose none, whether they find the lock free, held, or let go just before", async () => {
    const schema = freshSchema();
    const engines = await Promise.all(Array.from({ length: 4 }, () => openEngine({ schema })));
    const rounds = 100;

    await Promise.all(
      engines.map(async ({ eventStore }, engine) => {
        for (let n = 0; n < rounds; n++) {
          const result = await eventStore.append([adding(`sum-${engine}`, n, `command-${engine}-${n}`)]);
          expect(result).toMatchObject({ ok: true });
        }
      }),
    );

    const [{ eventStore, eventFeed }] = engines as [(typeof engines)[0]];
    const log = await wholeFeed(eventFeed);
    expectGapless(log);
    expect(log).toHaveLength(engines.length * rounds);
    const ids = Array.from({ length: rounds }, (_, n) => `command-1-${n}`);
    const receipts = await eventStore.receipts("sum-1", ids);
    expect(Object.fromEntries(receipts.map(({ commandId, token }) => [commandId, token]))).toEqual(
      Object.fromEntries(
        log.filter(({ stream }) => stream === "sum-1").map(({ position }, n) => [ids[n], `0:${position}`]),
      ),
    );
  });

  it.each([
    ["by itself", [adding("sum-1", 1, "command-2")], []],
    ["beside another append", [adding("sum-1", 1, "command-2")], [adding("sum-2", 0, "command-3")]],
    ["without an event, so its stream has not moved since", [{ ...adding("sum-1", 1, "command-2"), events: [] }], []],
    ["together with another stream", [adding("sum-1", 1, "command-2"), adding("sum-2", 0, "command-2")], []],
  ])("tell a command that was executed before %s", async (_, append, beside) => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    await Promise.all([append, ...beside.map((write) => [write])].map((writes) => eventStore.append(writes)));
    const events = await eventStore.read("sum-1", { after: 0, limit: 10 });
    const again = await openEngine({ schema });

    const result = await again.eventStore.append([adding("sum-1", events.length, "command-2")]);

    expect(result).toMatchObject({ ok: false, reason: "duplicate-command", receipts: [{ commandId: "command-2" }] });
    expect(await eventStore.read("sum-1", { after: 0, limit: 10 })).toEqual(events);
  });

  it("execute a command once that one of them decides without an event, and another with one at the same time", async () => {
    const schema = freshSchema();
    const [left, right] = await Promise.all([openEngine({ schema }), openEngine({ schema })]);
    await left.eventStore.append([adding("sum-0", 0, "command-0")]);
    const rounds = 300;
    let executed = 0;

    for (let n = 1; n <= rounds; n++) {
      // Each comes first in turn, by as little as can be.
      const idle = () => left.eventStore.append([{ ...adding(`sum-${n}`, 0, "both", 0), events: [] }]);
      const busy = () => right.eventStore.append([adding(`sum-${n}`, 0, "both")]);
      const results = await Promise.all(n % 2 ? [idle(), busy()] : [busy(), idle()]);
      executed += results.filter(({ ok }) => ok).length;
    }

    expect(executed).toBe(rounds);
  });
});

describe("the append functions", () => {
  it("look for a receipt among all that was committed so far, not before their statement began", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const [holder, client] = [await connectAside(), await connectAside()];
    const found = `SELECT FROM "${schema}".foldstream_receipts WHERE command_id = 'idle'`;
    await holder.query("SELECT pg_advisory_lock(1)");
    const asked = client.query(
      `SELECT CASE WHEN pg_advisory_lock(1)::text = '' THEN "${schema}".receipt_apart('idle', 'sum-1') END AS now, EXISTS (${found}) AS before`,
    );
    while ((await waitingFor(holder)) === 0) await turn();

    await eventStore.append([{ ...adding("sum-1", 1, "idle"), events: [] }]);
    await holder.query("SELECT pg_advisory_unlock(1)");

    expect((await asked).rows).toEqual([{ now: true, before: false }]);
    await Promise.all([holder.end(), client.end()]);
  });

  it("refuses an isolation level at which it could not see what was appended before its turn", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const url = new URL(await connectionString());
    url.searchParams.set("options", "-c default_transaction_isolation=serializable");
    const strict = await openEngine({ schema, connection: { connectionString: url.href } });

    const failure = strict.eventStore.append([adding("sum-1", 1, "command-2")]);

    await expect(failure).rejects.toThrow(/READ COMMITTED, not SERIALIZABLE.*default_transaction_isolation/);
  });
});

describe("two engines on one schema", () => {
  it("wake each other's subscribers", async () => {
    const schema = freshSchema();
    const [here, there] = [await openEngine({ schema }), await openEngine({ schema })];
    const woken = new Promise<string>((resolve) => here.eventFeed.subscribe(resolve));

    await there.eventStore.append([adding("sum-1", 0, "command-1")]);

    expect(await woken).toBe("0");
    expect(await here.eventFeed.head("0")).toBe(1);
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import type { EventFeed, FedEvent } from "foldstream/port";
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

/** What another program may do: append in a transaction of its own, and take its time. */
async function appendAside(schema: string, stream: string) {
  const client = await connectAside();
  await client.query("BEGIN");
  await client.query(
    `SELECT "${schema}".append_all(NULL, NULL, NULL, '{}', '{}', '{}', '{}', ARRAY[$1], '{1}', '{t}', '{1}', '{"null"}', '{0}', '{c}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{}', '{}', '{}', '{}', '{}')`,
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

  it("tell a command that was executed before, though its stream has not moved since", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    await eventStore.append([{ ...adding("sum-1", 1, "command-2"), events: [] }]);

    const result = await eventStore.append([adding("sum-1", 1, "command-2")]);

    expect(result).toMatchObject({ ok: false, reason: "duplicate-command", receipts: [{ commandId: "command-2" }] });
    expect(await eventStore.read("sum-1", { after: 0, limit: 10 })).toHaveLength(1);
  });
});

describe("the append functions", () => {
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

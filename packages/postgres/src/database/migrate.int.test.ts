import { describe, expect, it, onTestFinished } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { asAdministrator, connectionString, freshSchema, openEngine } from "../../test/postgres-server.ts";
import { quoted } from "./sql-name.ts";

/** A user who may connect and no more, gone when the test is. Returns a connection string. */
async function freshUser(schema: string, ...grants: readonly string[]): Promise<string> {
  const user = `${schema}_user`;
  await asAdministrator(`CREATE ROLE ${user} LOGIN PASSWORD 'of the user'`);
  onTestFinished(async () => {
    await asAdministrator(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  });
  for (const grant of grants) await asAdministrator(`GRANT ${grant} TO ${user}`);
  const url = new URL(await connectionString());
  url.username = user;
  url.password = "of the user";
  return url.href;
}

describe("the schema", () => {
  it("is made once by 8 engines that start at the same time", async () => {
    const schema = freshSchema();
    const engines = await Promise.all(Array.from({ length: 8 }, () => openEngine({ schema, connections: 3 })));

    const results = await Promise.all(
      engines.map(({ eventStore }, n) => eventStore.append([adding(`sum-${n}`, 0, `c${n}`)])),
    );

    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(await engines[0]?.eventFeed.head("0")).toBe(8);
  });

  it.each([`We"ird.näme 'x' `, "select", "Ünïcödé %s $1"])("may be named %s", async (prefix) => {
    const schema = freshSchema(prefix);
    const { eventStore, eventFeed } = await openEngine({ schema });

    await eventStore.append([adding("sum-1", 0, "command-1")]);

    expect(await eventFeed.head("0")).toBe(1);
    expect(await asAdministrator(`SELECT stream FROM ${quoted(schema)}.foldstream_events`)).toEqual([
      { stream: "sum-1" },
    ]);
  });

  it.each(["", "x".repeat(64), "ü".repeat(32), "a\0b"])("may not be named %j", async (schema) => {
    await expect(openEngine({ schema })).rejects.toThrow(/`schema`.*1 to 63 bytes/);
  });

  it("keeps two applications in one database apart", async () => {
    const [left, right] = [await openEngine(), await openEngine()];

    await left.eventStore.append([adding("sum-1", 0, "command-1")]);

    expect(await right.eventFeed.head("0")).toBe(0);
    expect(await right.eventStore.append([adding("sum-1", 0, "command-1")])).toMatchObject({ ok: true });
  });

  it.each([
    [
      "a table of another program",
      "CREATE TABLE foldstream_events (id int)",
      /holds a table "foldstream_events" that Foldstream did not make/,
    ],
    [
      "a view of another program",
      "CREATE VIEW foldstream_leases AS SELECT 1 AS id",
      /holds a table "foldstream_leases"/,
    ],
    [
      "migrations of another program",
      "CREATE TABLE foldstream_migrations (name text)",
      /holds a table "foldstream_migrations"/,
    ],
  ])("is refused, and left as it was, with %s in it", async (_, sql, message) => {
    const schema = freshSchema();
    await asAdministrator(`CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${sql}`);
    const { eventFeed } = await openEngine({ schema });

    await expect(eventFeed.head("0")).rejects.toThrow(message);

    const found = await asAdministrator(`SELECT relname FROM pg_class WHERE relnamespace = '${schema}'::regnamespace`);
    expect(found).toHaveLength(1);
  });

  it("is refused when a newer release made it", async () => {
    const schema = freshSchema();
    await (await openEngine({ schema })).eventFeed.head("0");
    await asAdministrator(`INSERT INTO ${schema}.foldstream_migrations VALUES (99, now())`);

    const failure = (await openEngine({ schema })).eventFeed.head("0");

    await expect(failure).rejects.toThrow(/has version 99; this release knows up to \d+.*newer release/);
  });

  it("that was changed by hand is told from a fault of the data", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    await asAdministrator(`ALTER TABLE ${schema}.foldstream_events DROP COLUMN principal`);

    const failure = eventStore.append([adding("sum-1", 1, "command-2")]);

    await expect(failure).rejects.toThrow(/shape of this release/);
    await expect(eventStore.read("sum-1", { after: 0, limit: 1 })).rejects.toThrow(/shape of this release/);
  });
});

describe("a user", () => {
  it("who may not create a schema is told so, and succeeds once it is there", async () => {
    const schema = freshSchema();
    const engine = await openEngine({ schema, connection: { connectionString: await freshUser(schema) } });

    await expect(engine.eventFeed.head("0")).rejects.toThrow(/permission denied for database.*Grant it/);

    await (await openEngine({ schema })).eventFeed.head("0");
    await asAdministrator(`GRANT USAGE ON SCHEMA ${schema} TO ${schema}_user`);
    await asAdministrator(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ${schema} TO ${schema}_user`);
    expect(await engine.eventStore.append([adding("sum-1", 0, "command-1")])).toMatchObject({ ok: true });
  });

  it("who may only read, reads, and is told why nothing can be appended", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.append([adding("sum-1", 0, "command-1")]);
    const url = await freshUser(schema, `USAGE ON SCHEMA ${schema}`, `SELECT ON ALL TABLES IN SCHEMA ${schema}`);
    const reader = await openEngine({ schema, connection: { connectionString: url } });

    expect(await reader.eventStore.read("sum-1", { after: 0, limit: 9 })).toHaveLength(1);
    const failure = reader.eventStore.append([adding("sum-1", 1, "command-2")]);

    await expect(failure).rejects.toThrow(/permission denied for table.*lacks a permission/);
    expect(await eventStore.append([adding("sum-1", 1, "command-2")])).toMatchObject({ ok: true });
  });
});

describe("a server that takes no writes", () => {
  it("is read from, and told as such to who appends", async () => {
    const schema = freshSchema();
    await (await openEngine({ schema })).eventStore.append([adding("sum-1", 0, "command-1")]);
    const url = new URL(await connectionString());
    url.searchParams.set("options", "-c default_transaction_read_only=on");
    const standby = await openEngine({ schema, connection: { connectionString: url.href } });

    expect(await standby.eventFeed.head("0")).toBe(1);
    await expect(standby.eventStore.append([adding("sum-1", 1, "command-2")])).rejects.toThrow(/standby.*primary/);
  });
});

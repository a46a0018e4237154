import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  asAdministrator,
  connectAside,
  connectionString,
  freshSchema,
  openEngine,
} from "../../test/postgres-server.ts";
import { type Parameter, PreparedQuery } from "./prepared-query.ts";

/** A connection on which statements stay prepared, and how often the server was asked for the columns of one. */
async function connection(parameters = "") {
  const client = await connectAside((await connectionString()) + parameters);
  onTestFinished(() => client.end());
  let described = 0;
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.on("rowDescription", () => described++);
  const names = new Map<string, string>();
  const rows = (text: string, values: readonly Parameter[] = []) => {
    const name = names.get(text) ?? `statement ${names.size}`;
    names.set(text, name);
    return client.query(new PreparedQuery(name, text, values, (error) => error)).rows;
  };
  return { rows, described: () => described };
}

describe("a prepared query", () => {
  it("gives plain values, and asks for its columns once", async () => {
    const { rows, described } = await connection();
    const sql = `SELECT $1::bigint, $2::text, $3::boolean, $4::text[], $5::bytea, $6::text, n::numeric FROM generate_series(1, 2) n`;
    const values = [2 ** 40, "ä 'x'", true, ["a", 'b"', null], Buffer.from([0, 255]), undefined] as const;

    const [first, again] = [await rows(sql, values), await rows(sql, values)];

    expect(first).toEqual([1, 2].map((n) => [2 ** 40, "ä 'x'", true, '{a,"b\\"",NULL}', "\\x00ff", null, n]));
    expect(again).toEqual(first);
    expect(described()).toBe(1);
  });

  it("gives no rows where a statement has none", async () => {
    const { rows } = await connection();

    expect([await rows("SET LOCAL lock_timeout = 1"), await rows("SET LOCAL lock_timeout = 1")]).toEqual([[], []]);
  });

  it("answers again after it has failed, with the first values or later", async () => {
    const { rows } = await connection();
    const divided = (by: number) => rows("SELECT 12 / $1::integer", [by]);

    await expect(divided(0)).rejects.toMatchObject({ code: "22012" });
    expect(await divided(3)).toEqual([[4]]);
    await expect(divided(0)).rejects.toMatchObject({ code: "22012" });
    expect(await divided(4)).toEqual([[3]]);
  });

  it("is prepared anew once the table it names is there", async () => {
    const { rows } = await connection();
    const schema = freshSchema();
    const count = () => rows(`SELECT count(*) FROM ${schema}.later`);

    await expect(count()).rejects.toMatchObject({ code: "42P01" });
    await asAdministrator(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.later (a integer)`);

    expect(await count()).toEqual([[0]]);
  });

  it("keeps to a `query_timeout` of the connection string, and waits for it no longer once it is answered", async () => {
    const { rows } = await connection("?query_timeout=100");
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();

    await rows("SELECT 1");
    await expect(rows("SELECT 1 / 0")).rejects.toMatchObject({ code: "22012" });

    expect(timers()).toBe(before);
    await expect(rows("SELECT pg_sleep(60)")).rejects.toThrow(/timeout/);
  });

  it("fails when its connection is lost, and on a connection that was", async () => {
    const { rows } = await connection();
    const [[pid] = []] = await rows("SELECT pg_backend_pid()");

    const waiting = rows("SELECT pg_sleep(60)");
    const failure = expect(waiting).rejects.toThrow(/terminat/);
    await asAdministrator(`SELECT pg_terminate_backend(${pid})`);

    await failure;
    await expect(rows("SELECT 1")).rejects.toThrow();
  });
});

/** Sessions of Foldstream that last ran a statement on the schema. */
async function sessionsOn(schema: string): Promise<number[]> {
  const rows = await asAdministrator(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'foldstream' AND query LIKE '%${schema}%' AND pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid as number);
}

describe("the connection at hand", () => {
  it("is the one of the statement before", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });

    for (let n = 0; n < 20; n++) await eventStore.read(`sum-${n}`, { after: 0, limit: 1 });

    expect(await sessionsOn(schema)).toHaveLength(1);
  });

  it("is closed after ten seconds or twenty in which nobody used it", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.read("sum-1", { after: 0, limit: 1 });
    expect(await sessionsOn(schema)).toHaveLength(1);

    vi.advanceTimersByTime(20_000);

    vi.useRealTimers();
    await vi.waitFor(async () => expect(await sessionsOn(schema)).toEqual([]), { timeout: 10_000 });
    expect(await eventStore.read("sum-1", { after: 0, limit: 1 })).toEqual([]);
  });

  it("is let go when the server hangs up on it, and nobody notices", async () => {
    const schema = freshSchema();
    const { eventStore } = await openEngine({ schema });
    await eventStore.read("sum-1", { after: 0, limit: 1 });
    const [before] = await sessionsOn(schema);

    await asAdministrator(`SELECT pg_terminate_backend(${before}, 10000)`);

    expect(await eventStore.read("sum-1", { after: 0, limit: 1 })).toEqual([]);
    expect(await sessionsOn(schema)).not.toContain(before);
  });
});

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { connectAside, connectionString, freshSchema, openEngine } from "../../test/postgres-server.ts";

async function changedUrl(change: Partial<URL>): Promise<string> {
  return Object.assign(new URL(await connectionString()), change).href;
}

async function failureOf(url: string): Promise<unknown> {
  const engine = await openEngine({ schema: freshSchema(), connection: { connectionString: url } });
  return engine.eventFeed.head("0").catch((error: unknown) => error);
}

describe("a connection that cannot be made", () => {
  it.each([
    ["a wrong password", { password: "wrong-secret" }, /user and password in `connection`/],
    ["an unknown user", { username: "nobody" }, /user and password in `connection`/],
    ["a database that is not there", { pathname: "/no-such-one" }, /no-such-one.*create it/],
    ["a port that nobody listens on", { port: "1" }, /ECONNREFUSED.*host and port in `connection`/],
    ["a host that is not there", { hostname: "no-such-host.invalid" }, /host and port in `connection`/],
    ["TLS where the server has none", { search: "?sslmode=verify-full" }, /`ssl` in `connection`/],
  ])("because of %s is told with the setting to change, and no secret", async (_, change, message) => {
    const url = await changedUrl(change);

    const failure = await failureOf(url);

    expect(failure).toMatchObject({ code: "store-failure", message: expect.stringMatching(message) });
    expect(inspect(failure, { depth: 9 })).not.toContain(new URL(url).password);
  });

  it.each(["postgres://user:top-secret@host:99999/db", "postgres://user:top secret@[::1/db"])(
    "since the connection string cannot be read is told without it",
    async (url) => {
      const failure = await openEngine({ connection: { connectionString: url } }).catch((error: unknown) => error);

      expect(String(failure)).toMatch(/postgres:\/\/user:password@host:port\/database/);
      expect(inspect(failure, { depth: 9 })).not.toContain("top");
    },
  );

  it("is made again once whatever was wrong is mended", async () => {
    let password = "wrong-secret";
    const url = new URL(await connectionString());
    const connection = {
      host: url.hostname,
      port: Number(url.port),
      user: url.username,
      database: url.pathname.slice(1),
      password: () => password,
    };
    const engine = await openEngine({ connection });
    await expect(engine.eventFeed.head("0")).rejects.toThrow(/user and password/);

    password = url.password;

    expect(await engine.eventFeed.head("0")).toBe(0);
  });
});

describe("the budget of connections", () => {
  it("is described for a host's first words", async () => {
    const engine = await openEngine({ schema: freshSchema(), connections: 5, connectionBudget: { processes: 3 } });

    expect(await engine.describe()).toMatch(
      /^PostgreSQL at .+:\d+, database "\w+", schema \w+: at most 15 of \d+ connections \(3 processes with 5 each\)\.$/,
    );
  });

  it("is refused at once beyond the limit given", async () => {
    const options = { connections: 10, connectionBudget: { processes: 7, limit: 60 } };

    await expect(openEngine(options)).rejects.toThrow(/70 connections.*`connectionBudget.limit` is 60.*Lower/);
  });

  it("is refused at first use beyond what the server allows", async () => {
    const engine = await openEngine({ connections: 10, connectionBudget: { processes: 10_000 } });

    await expect(engine.eventFeed.head("0")).rejects.toThrow(/100000 connections.*allows this user \d+.*pooler/);
  });

  it.each([0, -1, 1.5, Number.NaN])("must be whole numbers, not %d", async (connections) => {
    await expect(openEngine({ connections })).rejects.toThrow(/`connections` is .* whole number/);
  });

  it("is kept: no more connections than promised, however much is asked for at once", async () => {
    const schema = freshSchema();
    const engine = await openEngine({ schema, connections: 3 });
    const marker = schema;
    const beside = await connectAside();

    const asked = Array.from({ length: 200 }, (_, n) => engine.eventStore.read(`sum-${n}`, { after: 0, limit: 1 }));
    const counts: number[] = [];
    const settled = Promise.all(asked).then(() => "done");
    do {
      const { rows } = await beside.query(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'foldstream' AND query LIKE $1",
        [`%${marker}%`],
      );
      counts.push(rows[0].count);
    } while ((await Promise.race([settled, "busy"])) === "busy");
    await beside.end();

    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});

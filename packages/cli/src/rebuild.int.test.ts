import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { fillFile, scratchFolder } from "../test/files.ts";
import { foldstream, jsonIn, startFoldstream } from "../test/foldstream.ts";

const events = 2_700;

/** A log of counters, and an app that adds each of them up. */
async function application() {
  const folder = scratchFolder();
  const [path, config] = [join(folder, "app.db"), join(folder, "foldstream.config.ts")];
  await fillFile(path, 3_000, { streams: 40 });
  const [core, sqlite] = ["core", "sqlite"].map((name) => new URL(`../../${name}/src/index.ts`, import.meta.url).href);
  writeFileSync(
    config,
    `
    import { aggregate, app as declare, projection, t, table } from "${core}";
    import { sqliteEngine } from "${sqlite}";
    import { existsSync } from "node:fs";
    const anything = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } };
    const counter = aggregate("counter", {
      initialState: 0,
      events: { Incremented: anything },
      commands: {},
      decide: {},
      evolve: { Incremented: (state, { by }) => state + by },
    });
    const totals = projection("totals", {
      version: 1,
      retries: 0,
      from: [counter],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key(), total: t.integer() }),
      on: {
        "counter.Incremented": (row, { data }) => {
          if (existsSync("${folder}/poison")) throw new TypeError("poisoned");
          return { total: (row?.total ?? 0) + data.by };
        },
      },
    });
    export const app = declare({ aggregates: [counter], projections: [totals] });
    export const engine = () => sqliteEngine({ path: "${path}" });
    `,
  );
  const rebuild = (...options: readonly string[]) => ["rebuild", "totals", "--config", config, ...options];
  const sql = <T>(text: string): T[] => {
    const database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      return database.prepare(text).all() as T[];
    } finally {
      database.close();
    }
  };
  return { rebuild, sql, folder, config };
}

const exact = `SELECT count(*) AS wrong FROM (
    SELECT substr(s.name, 9) AS id, sum(json_extract(e.data, '$.by')) AS total
    FROM foldstream_events e JOIN foldstream_streams s ON s.id = e.stream_id GROUP BY s.id
  ) log LEFT JOIN totals ON totals.id = log.id WHERE totals.total IS NOT log.total`;

describe("foldstream rebuild", () => {
  it("G7 builds, switches, heals what was changed by hand, rolls back and drops", async () => {
    const { rebuild, sql } = await application();

    const built = await foldstream(...rebuild());
    expect(built).toMatchObject({ code: 0, output: expect.stringContaining("Serve from this one with --switch.") });
    expect(built.output).toContain("Built totals version 1 build 1: 2,700 positions");
    expect(built.output).toMatch(/^Building: 2,700, 100 %/m);
    expect(sql("SELECT * FROM totals")).toEqual([]);
    const switched = await foldstream(...rebuild("--switch", "--json"));
    expect(jsonIn(switched.output)).toMatchObject({
      ok: true,
      command: "rebuild",
      build: 1,
      resumedAt: events,
      switched: true,
    });
    expect(sql(exact)).toEqual([{ wrong: 0 }]);

    sql(`UPDATE "totals_v1~1" SET total = -1 WHERE id = '7'`);
    expect(sql(exact)).toEqual([{ wrong: 1 }]);
    const healed = await foldstream(...rebuild("--switch"));
    expect(healed.output).toContain("Built totals version 1 build 2");
    expect(sql(exact)).toEqual([{ wrong: 0 }]);

    const back = await foldstream(...rebuild("--rollback"));
    expect(back).toMatchObject({
      code: 0,
      output: expect.stringContaining("Queries read totals version 1 build 1 again, in place of version 1 build 2."),
    });
    expect(sql(exact)).toEqual([{ wrong: 1 }]);
    const dropped = await foldstream(...rebuild("--drop", "--json"));
    expect(jsonIn(dropped.output).dropped).toEqual([0, 2].map((build) => ({ version: 1, build })));
    expect(sql(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'totals%'`)).toEqual([
      { name: "totals_v1~1" },
    ]);
  });

  it("G7 compares what it built with the live build, names the rows that differ, and fails when there are any", async () => {
    const { rebuild, sql } = await application();
    await foldstream(...rebuild("--switch"));

    const equal = await foldstream(...rebuild("--compare"));
    sql(`UPDATE "totals_v1~1" SET total = -1 WHERE id = '7'`);
    sql(`DELETE FROM "totals_v1~1" WHERE id = '8'`);
    const differing = await foldstream(...rebuild("--compare"));
    const asJson = await foldstream(...rebuild("--compare", "--json"));

    expect(equal).toMatchObject({ code: 0, output: expect.stringContaining("The two are equal.") });
    expect(equal.output).toMatch(/^live: version 1 build 1, 36 rows, digest ([0-9a-f]{16})\nbuilt: .*, digest \1$/m);
    expect(differing.code).toBe(1);
    expect(differing.output).toContain(
      'Rows: 1 differ, 1 only in the built one.\n  differs "7": total\n  only built "8"\n',
    );
    expect(asJson.code).toBe(1);
    expect(jsonIn(asJson.output)).toMatchObject({
      ok: false,
      command: "rebuild",
      equal: false,
      live: { version: 1, build: 1, rows: 35 },
      build: { version: 1, build: 2, rows: 36 },
      differing: [
        { key: "7", in: "both", columns: ["total"] },
        { key: "8", in: "build", columns: [] },
      ],
    });
    expect(sql(exact)).toEqual([{ wrong: 2 }]);
  });

  it("G5 fails when nearly all events do, names where to look, and goes on once that is fixed", async () => {
    const { rebuild, sql, folder, config } = await application();
    const poison = join(folder, "poison");
    writeFileSync(poison, "");

    const halted = await foldstream(...rebuild("--json"));
    const parked = await foldstream("parked", "--projection", "totals", "--config", config);
    rmSync(poison);
    const redriven = await foldstream("redrive", "--all", "--config", config);
    const built = await foldstream(...rebuild("--switch"));

    expect(halted.code).toBe(1);
    expect(jsonIn(halted.output)).toMatchObject({ ok: false, error: { code: "projection-halted" } });
    expect(halted.output).toMatch(/totals.* build 1 has halted: .*`foldstream parked --projection totals`.*poisoned/);
    expect(parked.output.match(/^totals build 1: counter-\d+@1, .*TypeError: poisoned$/gm)).toHaveLength(10);
    expect(redriven.code).toBe(0);
    expect(built.code).toBe(0);
    expect(sql(exact)).toEqual([{ wrong: 0 }]);
  });

  it("G10 goes on after kill -9 in the middle, and is exact", async () => {
    const { rebuild, sql } = await application();
    const place = `SELECT max(position) AS position FROM foldstream_checkpoints WHERE build = 1`;

    const program = startFoldstream(...rebuild("--rate", "200"));
    let position = 0;
    while (position < 500 && program.process.exitCode === null) {
      await new Promise((resolve) => setImmediate(resolve));
      [position] = sql<{ position: number | null }>(place).map((row) => row.position ?? 0) as [number];
    }
    program.process.kill("SIGKILL");
    expect(await program.ended).toBe("SIGKILL");
    const { code, output } = await foldstream(...rebuild("--switch", "--json"));

    expect(code).toBe(0);
    const { resumedAt, done } = jsonIn(output);
    expect(resumedAt).toBeGreaterThanOrEqual(500);
    expect(resumedAt).toBeLessThan(events);
    expect(done).toBe(events);
    expect(sql(exact)).toEqual([{ wrong: 0 }]);
  });

  it("says what is wrong with what it was asked", async () => {
    const { rebuild } = await application();

    const both = await foldstream(...rebuild("--switch", "--drop"));
    const none = await foldstream(...rebuild("--rollback", "--json"));
    const other = await foldstream(...rebuild().with(1, "total"));

    expect(both).toMatchObject({
      code: 2,
      output: expect.stringContaining("--switch and --drop do different things."),
    });
    expect(none.code).toBe(1);
    expect(jsonIn(none.output)).toMatchObject({ ok: false, error: { code: "unknown-build" } });
    expect(other).toMatchObject({ code: 1, output: expect.stringContaining('Did you mean "totals"?') });
  });
});

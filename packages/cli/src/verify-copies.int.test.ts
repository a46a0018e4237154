import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { scratchFolder } from "../test/files.ts";
import { foldstream, jsonIn } from "../test/foldstream.ts";

const source = (path: string) => new URL(`../../${path}`, import.meta.url).href;

/** A module with a counter that was incremented twice, and the file of its engine. */
async function countedApp(): Promise<{ readonly config: string; readonly path: string }> {
  const folder = scratchFolder();
  const [config, path] = [join(folder, "foldstream.config.ts"), join(folder, "app.db")];
  writeFileSync(
    config,
    `import { aggregate, app as application, createRuntime, projection, t, table } from "${source("core/src/index.ts")}";
    import { nodeEnvironment } from "${source("node/src/index.ts")}";
    import { sqliteEngine } from "${source("sqlite/src/index.ts")}";
    const any = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
    const counter = aggregate("counter", {
      initialState: {}, events: { Incremented: any }, commands: { Increment: any },
      decide: { Increment: (data) => ({ Incremented: data }) }, evolve: { Incremented: (state) => state },
    });
    const totals = projection("totals", {
      version: 1, from: [counter], key: ({ stream }) => stream.id, into: table({ id: t.key(), value: t.integer() }),
      on: { "counter.Incremented": (row, { data }) => ({ value: (row?.value ?? 0) + data.by }) },
    });
    export const app = application({ aggregates: [counter], projections: [totals], queries: [] });
    export const engine = () => sqliteEngine({ path: ${JSON.stringify(path)} });
    export async function fill() {
      const opened = engine();
      const runtime = createRuntime(app, { engine: opened, environment: nodeEnvironment() });
      await runtime.start();
      for (const id of ["a", "b"]) await runtime.execute(counter, id, "Increment", { by: 7 });
      for (;;) {
        const { projections } = await runtime.status();
        if (projections.every(({ partitions }) => partitions.every(({ lag }) => lag === 0))) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await runtime.stop();
      await opened.close();
    }`,
  );
  await (await import(config)).fill();
  return { config, path };
}

it("G8 foldstream verify names a row that was changed by hand, and is content once it was repaired", async () => {
  const { config, path } = await countedApp();
  const verify = (...args: readonly string[]) => foldstream("verify", "--config", config, ...args);
  expect(await verify()).toMatchObject({
    code: 0,
    output: expect.stringContaining("totals v1: 2 rows, as the log says."),
  });
  const aside = new DatabaseSync(path);
  aside.exec("UPDATE totals_v1 SET value = 8 WHERE id = 'a'");
  aside.close();

  const found = await verify("--json");
  const dry = await verify("--repair", "--dry-run");
  const repaired = await verify("--repair");

  expect(found.code).toBe(1);
  expect(jsonIn(found.output)).toMatchObject({
    ok: false,
    log: { events: { count: 2 } },
    readModels: [{ projection: "totals", drifted: [{ kind: "corrupt", key: "a", columns: ["value"] }] }],
  });
  expect(dry).toMatchObject({
    code: 1,
    output: expect.stringContaining('to repair: 1 corrupt.\n  corrupt "a": value\n'),
  });
  expect(repaired.output).toMatch(
    /repaired: 1 corrupt\.\n {2}corrupt "a": value\ntotals v1: 2 rows, as the log says\.\n/,
  );
  expect(repaired.code).toBe(0);
  expect((await verify("--sample", "100%", "--projection", "totals")).code).toBe(0);
}, 120_000);

it("says what is wrong with the call, with exit code 2", async () => {
  const config = join(scratchFolder(), "foldstream.config.ts");
  writeFileSync(config, "export const app = 1;");

  const [lacking, missing, dry, sample] = await Promise.all([
    foldstream("verify", "--config", config),
    foldstream("verify", "--config", "./nowhere.ts"),
    foldstream("verify", "--dry-run"),
    foldstream("verify", "--sample", "0"),
  ]);

  expect([lacking, missing, dry, sample].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(lacking.output).toMatch(/does not export both `app`/);
  expect(missing.output).toMatch(/There is no module/);
  expect(dry.output).toMatch(/Give both/);
}, 120_000);

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SqlReader } from "foldstream/port";
import { beforeEach, describe, expect, it } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { article, articles, put } from "../../test/articles.ts";
import { openEngine, scratchFile } from "../../test/scratch.ts";
import type { SqliteEngine } from "../index.ts";

let path: string;
let engine: SqliteEngine;
const select = (sql: string, parameters: readonly unknown[] = []) =>
  (engine.readModels.sql as SqlReader).select({ sql, parameters });

beforeEach(async () => {
  path = scratchFile();
  engine = openEngine({ path });
  await engine.readModels.prepare([articles]);
  await put(engine.readModels, articles, {
    a: article("Crème brûlée", { author: "Ada", tags: ["sweet"] }),
    b: article("Apple pie", { draft: true }),
  });
  await engine.eventStore.append([adding("sum-1", 0, "command-1")]);
});

describe("SQL from outside", () => {
  it("reads read models under their own names, with parameters", async () => {
    expect(await select("SELECT * FROM articles WHERE id = ?", ["a"])).toEqual([
      { id: "a", title: "Crème brûlée", author: "Ada", draft: 0, tags: `["sweet"]` },
    ]);
    expect(await select("SELECT count(*) AS n FROM articles JOIN articles AS other USING (id) -- both")).toEqual([
      { n: 2 },
    ]);
    expect(
      await select("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4) SELECT sum(i) AS s FROM n"),
    ).toEqual([{ s: 10 }]);
    expect(await select("SELECT value FROM articles, json_each(tags)")).toEqual([{ value: "sweet" }]);
  });

  it("searches in full text", async () => {
    const found = await select("SELECT title FROM articles_v1_search WHERE articles_v1_search MATCH ? ORDER BY rank", [
      "creme",
    ]);

    expect(found).toEqual([{ title: "Crème brûlée" }]);
  });

  it("sees what was written a moment ago", async () => {
    await put(engine.readModels, articles, { c: article("New") });

    expect(await select("SELECT title FROM articles WHERE id = 'c'")).toEqual([{ title: "New" }]);
  });

  it.each([
    "DELETE FROM articles_v1",
    "UPDATE articles_v1 SET title = 'x' RETURNING *",
    "INSERT INTO articles_v1 (id) VALUES ('x')",
    "INSERT INTO articles_v1_search (articles_v1_search) VALUES ('delete-all')",
    "REPLACE INTO foldstream_checkpoints VALUES ('articles', 1, 0, '0', 9)",
    "DROP TABLE articles_v1",
    "DROP VIEW articles",
    "CREATE TABLE mine (x)",
    "CREATE TEMP TABLE mine (x)",
    "ALTER TABLE articles_v1 RENAME TO mine",
    "ATTACH DATABASE 'other.db' AS other",
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA query_only = OFF",
    "SELECT * FROM pragma_table_info('articles_v1')",
    "BEGIN IMMEDIATE",
    "SAVEPOINT mine",
    "REINDEX",
    "ANALYZE",
    "SELECT load_extension('evil')",
    "SELECT 1; DELETE FROM articles_v1",
    "SELECT 1; SELECT 2",
    "SELECT * FROM foldstream_events",
    "SELECT count(*) FROM FOLDSTREAM_EVENTS",
    "SELECT count(*) FROM main.foldstream_streams AS articles",
    "SELECT (SELECT data FROM foldstream_events)",
    "WITH log AS (SELECT * FROM foldstream_receipts) SELECT * FROM log",
    "",
    "-- nothing",
    "SELEKT",
  ])("is refused when it does more than read a read model: %s", async (sql) => {
    const before = readdirSync(dirname(path));

    await expect(select(sql)).rejects.toMatchObject({
      code: "store-failure",
      message: expect.stringContaining("refused"),
    });

    expect(readdirSync(dirname(path))).toEqual(before);
    expect(await engine.readModels.reader(articles).count()).toBe(2);
    expect(await engine.eventFeed.head("0")).toBe(1);
  });

  it("reads the file of the read models, where they have one", async () => {
    const folder = dirname(path);
    const apart = openEngine({ path: join(folder, "log.db"), readModelsPath: join(folder, "read-models.db") });
    await apart.readModels.prepare([articles]);

    const found = await apart.readModels.sql?.select({ sql: "SELECT count(*) AS n FROM articles", parameters: [] });

    expect(found).toEqual([{ n: 0 }]);
  });
});

import { DatabaseSync } from "node:sqlite";
import { t } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { article, articles, put } from "../../test/articles.ts";
import { openEngine, scratchFile } from "../../test/scratch.ts";

describe("preparing a read model that exists", () => {
  const { title, author, draft, tags, id } = articles.columns as Required<ReadModel["columns"]>;
  const changes: Record<string, Partial<ReadModel>> = {
    "a column more": { columns: { ...articles.columns, added: t.text() } },
    "a column less": { columns: { id, title, author, draft } as ReadModel["columns"] },
    "another type": { columns: { ...articles.columns, draft: t.text() } },
    "another nullability": { columns: { ...articles.columns, author: t.text() } },
    "another order": { columns: { id, author, title, draft, tags } as ReadModel["columns"] },
    "no search": { search: [] },
    "search in other columns": { search: ["title"] },
    "search in another order": { search: ["author", "title"] },
  };

  it.each(Object.entries(changes))("is refused when it is declared with %s, and says what to do", async (_, change) => {
    const { readModels } = openEngine();
    await readModels.prepare([articles]);
    await put(readModels, articles, { a: article("Apple pie") });

    const error = await readModels.prepare([{ ...articles, ...change }]).catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      problem: "other-columns",
      message: expect.stringContaining("Raise the projection's version"),
    });
    expect(await readModels.reader(articles).search("apple")).toHaveLength(1);
  });

  it("of another version leaves the older one readable, and its name in SQL with the live one", async () => {
    const { readModels } = openEngine();
    const next: ReadModel = {
      ...articles,
      version: 2,
      columns: { id: t.key(), title: t.text() },
      search: [],
      indexes: [],
    };
    const byName = () => readModels.sql?.select({ sql: "SELECT * FROM articles", parameters: [] });
    await readModels.prepare([articles]);
    await put(readModels, articles, { a: article("Old") });

    await readModels.prepare([next]);
    await put(readModels, next, { a: { title: "New" } });

    expect(await readModels.reader(articles).get("a")).toMatchObject({ title: "Old" });
    expect(await byName()).toMatchObject([{ id: "a", title: "Old" }]);
    await readModels.builds.switchTo(articles, next);
    expect(await byName()).toEqual([{ id: "a", title: "New" }]);
    await readModels.prepare([articles, next]);
    expect(await byName()).toEqual([{ id: "a", title: "New" }]);
    await readModels.builds.switchTo(next, articles);
    expect(await byName()).toMatchObject([{ id: "a", title: "Old" }]);
  });

  it("adds the indexes that are new, also when their columns' names run together", async () => {
    const path = scratchFile();
    const { readModels } = openEngine({ path });
    const columns = { id: t.key(), a: t.text(), b: t.text(), a_b: t.text() };
    const model: ReadModel = { name: "wide", version: 1, kind: "table", columns, indexes: [["a", "b"]], search: [] };
    await readModels.prepare([model]);

    await readModels.prepare([{ ...model, indexes: [["a", "b"], ["a_b"]] }]);

    const connection = new DatabaseSync(path, { readOnly: true });
    const plan = connection.prepare("EXPLAIN QUERY PLAN SELECT * FROM wide_v1 WHERE a_b = 'x'").get();
    connection.close();
    expect(String(plan?.detail)).toContain("USING INDEX");
  });
});

describe("the search index", () => {
  it("is in step with its table after rows came, changed and went", async () => {
    const path = scratchFile();
    const engine = openEngine({ path });
    await engine.readModels.prepare([articles]);
    for (let step = 0; step < 30; step++) {
      const keys = Array.from({ length: 20 }, (_, n) => `key-${(n * 7 + step) % 40}`);
      const rows = keys.map((key, n) => [
        key,
        n % 5 === 0 ? null : article(`Title ${step % 2} of ${key}`, { author: n % 2 ? `Ada ${step % 3}` : null }),
      ]);
      await put(engine.readModels, articles, Object.fromEntries(rows));
    }
    await engine.close();

    const connection = new DatabaseSync(path);
    const check = connection.prepare(
      "INSERT INTO articles_v1_search (articles_v1_search, rank) VALUES ('integrity-check', 1)",
    );

    expect(() => check.run()).not.toThrow();
    connection.close();
  });

  it.each([
    `"`,
    `'`,
    `title:apple`,
    `apple NOT pie`,
    `NEAR(apple pie)`,
    `apple*) OR (*`,
    `^apple`,
    `{title} : x`,
    `";DROP TABLE x;--`,
    `\0`,
    `-`,
    `a" OR "b`,
  ])("takes %j for words, or for nothing", async (text) => {
    const { readModels } = openEngine();
    await readModels.prepare([articles]);
    await put(readModels, articles, { a: article("Apple pie"), b: article("Nothing else") });

    const found = await readModels.reader(articles).search(text);

    expect(found.length).toBeLessThan(2);
  });
});

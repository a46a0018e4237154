import { t } from "foldstream";
import type { ReadModel } from "foldstream/port";
import { expect, it } from "vitest";
import { keepReadModels, order, orders, put } from "../../test/read-model.ts";

const names = ["first", "second", "third", "fourth", "fifth"] as const;
const wide: ReadModel = {
  name: "wide",
  version: 1,
  kind: "table",
  columns: { id: t.key(), ...Object.fromEntries(names.map((name) => [name, t.text()])) },
  indexes: [],
  search: names,
};

it("puts earlier columns before later ones, however often those hold the word", async () => {
  const kept = await keepReadModels();
  await kept.readModels.prepare([wide]);
  const empty = Object.fromEntries(names.map((name) => [name, ""]));
  const rows = names.map((name, index) => [
    `${9 - index} ${name}`,
    { ...empty, [name]: "apple ".repeat(1 + index * 50) },
  ]);
  await put(kept, wide, Object.fromEntries(rows));

  const found = await kept.readModels.reader(wide).search("app");

  expect(found.map(({ id }) => String(id).slice(2))).toEqual(["first", "second", "third", "fifth", "fourth"]);
});

it("keeps texts whose words PostgreSQL would not hold, and finds them by what it holds", async () => {
  const kept = await keepReadModels();
  await kept.readModels.prepare([wide]);
  const many = Array.from({ length: 300_000 }, (_, index) => `word${index.toString(36)}`).join(" ");
  const long = "ß".repeat(5_000);
  const row = { first: "apple", second: long, third: many, fourth: "", fifth: "" };

  await put(kept, wide, { a: row });

  for (const text of ["apple", "word1z", long, long.slice(0, 700)])
    expect(await kept.readModels.reader(wide).search(text), text.slice(0, 10)).toEqual([{ id: "a", ...row }]);
});

it("writes its words in every step, and offers them to SQL", async () => {
  const kept = await keepReadModels();
  await kept.readModels.prepare([orders]);
  await put(kept, orders, { a: order({ customer: "Zoë" }), b: order({ note: "zoe" }), c: order() });
  await put(kept, orders, { b: order(), c: null });

  const sql = `SELECT id FROM orders_v1 WHERE "~search" @@ $1::tsquery`;
  expect(await kept.readModels.sql?.select({ sql, parameters: ["zo:*"] })).toEqual([{ id: "a" }]);
});

it.each([`"`, `'`, `':*`, `!apple`, `apple <-> pie`, `apple:A`, `a' | 'b`, `\\`, `'';DROP TABLE x;--`, `\0`, `-`])(
  "takes %j for words, or for nothing",
  async (text) => {
    const kept = await keepReadModels();
    await kept.readModels.prepare([orders]);
    await put(kept, orders, { a: order({ customer: "Apple pie a b" }), b: order({ customer: "Nothing else" }) });

    expect((await kept.readModels.reader(orders).search(text)).length).toBeLessThan(2);
  },
);

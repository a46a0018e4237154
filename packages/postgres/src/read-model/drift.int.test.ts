import { it } from "vitest";
import { type Damage, expectFoundAndRepaired } from "../../../../tests/engines/drift.ts";
import { connectAside, freshSchema, openEngine } from "../../test/postgres-server.ts";

const one = (set: string) => `UPDATE books_v1 SET ${set} WHERE id = 'one'`;

const damages: readonly Damage[] = [
  { what: "a changed number", sql: one("pages = 201"), found: ["corrupt one pages"] },
  { what: "text in other letters", sql: one("title = 'café Ünïted'"), found: ["corrupt one title"] },
  { what: "text in another form of Unicode", sql: one("title = normalize(title, NFD)"), found: ["corrupt one title"] },
  { what: "text with a space behind it", sql: one("title = title || ' '"), found: ["corrupt one title"] },
  { what: "a number that is off by the last bit", sql: one("rating = rating + 2e-17"), found: ["corrupt one rating"] },
  { what: "a number beyond those that are exact", sql: one("pages = 9223372036854775807"), found: ["corrupt one"] },
  { what: "a number that is none", sql: one("rating = 'NaN'"), found: ["corrupt one"] },
  { what: "other JSON", sql: one(`tags = '["b","a"]'`), found: ["corrupt one tags"] },
  {
    what: "a time that is off by a microsecond",
    sql: one(`"shelvedAt" = "shelvedAt" + interval '1 microsecond'`),
    found: ["corrupt one"],
  },
  { what: "a time that is none", sql: one(`"shelvedAt" = 'infinity'`), found: ["corrupt one"] },
  {
    what: "a null that is not allowed",
    sql: `ALTER TABLE books_v1 ALTER title DROP NOT NULL; ${one("title = NULL")}`,
    found: ["corrupt one"],
    indexes: 1,
  },
  { what: "text instead of null", sql: one("note = ''"), found: ["corrupt one note"] },
  { what: "a flag turned over", sql: one("lent = true"), found: ["corrupt one lent"] },
  { what: "a row deleted", sql: "DELETE FROM books_v1 WHERE id = 'one'", found: ["missing one"] },
  { what: "all rows deleted", sql: "TRUNCATE books_v1", found: ["missing one", "missing two", "missing three"] },
  {
    what: "a row inserted",
    sql: `INSERT INTO books_v1 SELECT 'four', title, pages, rating, lent, note, tags, "shelvedAt", "~search" FROM books_v1 WHERE id = 'one'`,
    found: ["extra four"],
  },
  { what: "a key in other letters", sql: one("id = 'One'"), found: ["extra One", "missing one"] },
  { what: "a fact dropped", sql: `DELETE FROM shelvings_v1 WHERE "~position" = 3`, found: ["missing a fact"] },
  {
    what: "a fact doubled",
    sql: `INSERT INTO shelvings_v1 SELECT "~partition", "~position", 1, book, pages FROM shelvings_v1 LIMIT 1`,
    found: ["extra a fact"],
  },
  {
    what: "a fact changed",
    sql: `UPDATE shelvings_v1 SET book = 'two' WHERE "~position" = 1`,
    found: ["corrupt a fact book"],
  },
  { what: "words of the search index removed", sql: one(`"~search" = ''`), found: [], indexes: 1 },
  {
    what: "a word added to the search index",
    sql: one(`"~search" = "~search" || 'ghost:9A'::tsvector`),
    found: [],
    indexes: 1,
  },
];

it.each(damages.map((damage) => [damage.what, damage] as const))("G8 finds and repairs %s", async (_, damage) => {
  const schema = freshSchema();
  await expectFoundAndRepaired(await openEngine({ schema }), damage, async () => {
    const aside = await connectAside();
    await aside.query(`SET search_path = "${schema}"; ${damage.sql}`);
    await aside.end();
  });
});

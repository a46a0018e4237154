import { DatabaseSync } from "node:sqlite";
import { it } from "vitest";
import { type Damage, expectFoundAndRepaired } from "../../../../tests/engines/drift.ts";
import { openEngine, scratchFile } from "../../test/scratch.ts";

const one = (set: string) => `UPDATE books_v1 SET ${set} WHERE id = 'one'`;
const emptyIndexOf = (title: string) =>
  `INSERT INTO books_v1_search (books_v1_search, rowid, title, note) SELECT 'delete', "~row", ${title}, note FROM books_v1 WHERE id = 'one'`;

const damages: readonly Damage[] = [
  { what: "a changed number", sql: one("pages = 201"), found: ["corrupt one pages"] },
  {
    what: "a value of before",
    sql: "UPDATE books_v1 SET pages = 100",
    found: ["corrupt one pages", "corrupt three pages", "corrupt two pages"],
  },
  { what: "text in other letters", sql: one("title = 'café Ünïted'"), found: ["corrupt one title"] },
  {
    what: "text in another form of Unicode",
    sql: one("title = 'Cafe' || char(769) || ' Ünïted'"),
    found: ["corrupt one title"],
  },
  { what: "bytes that are not UTF-8", sql: one("title = CAST(x'ff' AS TEXT)"), found: ["corrupt one title"] },
  {
    what: "a number that is off by the last bit",
    sql: one("rating = rating + 1e-17 * 2"),
    found: ["corrupt one rating"],
  },
  { what: "a number beyond those that are exact", sql: one("pages = 9223372036854775807"), found: ["corrupt one"] },
  { what: "infinity", sql: one("rating = 9e999"), found: ["corrupt one"] },
  { what: "text that is not JSON", sql: one(`tags = '["a", '`), found: ["corrupt one"] },
  { what: "other JSON", sql: one(`tags = '["b","a"]'`), found: ["corrupt one tags"] },
  { what: "a time that is none", sql: one("shelvedAt = 'yesterday'"), found: ["corrupt one"] },
  { what: "text instead of null", sql: one("note = ''"), found: ["corrupt one note"] },
  { what: "a flag turned over", sql: one("lent = 1"), found: ["corrupt one lent"] },
  {
    what: "a flag that is none",
    sql: `PRAGMA ignore_check_constraints = ON; ${one("lent = 2")}`,
    found: ["corrupt one"],
    indexes: 1,
  },
  { what: "a row deleted", sql: "DELETE FROM books_v1 WHERE id = 'one'", found: ["missing one"] },
  { what: "all rows deleted", sql: "DELETE FROM books_v1", found: ["missing one", "missing two", "missing three"] },
  {
    what: "a row inserted",
    sql: `INSERT INTO books_v1 SELECT NULL, 'four', title, pages, rating, lent, note, tags, shelvedAt FROM books_v1 WHERE id = 'one'`,
    found: ["extra four"],
  },
  { what: "a key in other letters", sql: one("id = 'One'"), found: ["extra One", "missing one"] },
  {
    what: "two rows swapped",
    sql: `UPDATE books_v1 SET pages = pages + 1; UPDATE books_v1 SET id = CASE id WHEN 'one' THEN '2' ELSE 'one' END WHERE id IN ('one', 'two');
      UPDATE books_v1 SET id = 'two' WHERE id = '2'; UPDATE books_v1 SET pages = pages - 1 WHERE id = 'three'`,
    found: ["corrupt one pages", "corrupt two pages"],
  },
  {
    what: "a checkpoint moved back",
    sql: "UPDATE foldstream_checkpoints SET position = 4 WHERE projection = 'books'",
    found: ["corrupt three pages", "corrupt two pages"],
  },
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
  {
    what: "a fact of an event to come",
    sql: `INSERT INTO shelvings_v1 SELECT "~partition", 99, 0, book, pages FROM shelvings_v1 LIMIT 1`,
    found: ["extra a fact"],
  },
  { what: "an entry of the search index removed", sql: emptyIndexOf("title"), found: [], indexes: 1 },
  {
    what: "an entry added to the search index",
    sql: "INSERT INTO books_v1_search (rowid, title, note) VALUES (77, 'Ghost', NULL)",
    found: [],
    indexes: 1,
  },
];

it.each(damages.map((damage) => [damage.what, damage] as const))("G8 finds and repairs %s", async (_, damage) => {
  const path = scratchFile();
  await expectFoundAndRepaired(openEngine({ path }), damage, async () => {
    const aside = new DatabaseSync(path);
    aside.exec(damage.sql);
    aside.close();
  });
});
